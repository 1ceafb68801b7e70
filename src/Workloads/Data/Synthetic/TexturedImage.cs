using SparseProf.Ops.Statistics;
using SparseProf.Workloads.Data.Images;

namespace SparseProf.Workloads.Data.Synthetic;

/// <summary>One image of <see cref="SyntheticVision"/>: what is on it, and its pixels.</summary>
internal sealed class TexturedImage
{
    private const int Side = ImageSplit.Side;
    private const int MostDistractors = 3;
    private const double SmallRadius = 10.5;

    private readonly Figure _figure;
    private readonly List<Figure> _distractors = [];
    private readonly Figure _background;
    private readonly (double Angle, double Offset)? _occluder;
    private readonly Colour _occluderColour;
    private readonly double _noise;
    private readonly double _backgroundTexture;
    private SplitMix64 _random;

    public TexturedImage(int label, double difficulty, SplitMix64 random)
    {
        _random = random;
        var (shape, texture) = (label / Textures.Length, label % Textures.Length);
        var contrast = 0.95 - 0.4 * difficulty;
        _background = RandomFigure(-1, _random.NextIndex(Textures.Length), 0, contrast);
        _figure = RandomFigure(shape, texture, Between(8, 13), contrast);
        for (var i = _random.NextIndex((int)Math.Round(MostDistractors * difficulty) + 1); i > 0; i--)
            _distractors.Add(RandomFigure(_random.NextIndex(Shapes.Length), _random.NextIndex(Textures.Length), Between(2.5, 4), contrast));
        if (_random.NextUniform() < 0.4 * difficulty)
            _occluder = (Between(0, Math.PI), Between(-4, 4));
        _occluderColour = RandomColour();
        _noise = 0.02 + 0.06 * difficulty;
        _backgroundTexture = 0.4 * difficulty;
    }

    public static string[] Shapes { get; } = ["disc", "square", "triangle", "cross", "ring"];

    public static string[] Textures { get; } = ["striped", "checked"];

    public bool IsSmall => _figure.Radius < SmallRadius;

    public bool IsOccluded => _occluder is not null;

    public void Draw(Span<byte> image)
    {
        for (var y = 0; y < Side; y++)
        {
            for (var x = 0; x < Side; x++)
            {
                var colour = At(x, y);
                for (var channel = 0; channel < ImageSplit.Channels; channel++)
                {
                    var value = colour[channel] + _noise * NearlyNormal();
                    image[channel * ImageSplit.Plane + y * Side + x] = (byte)Math.Clamp(Math.Round(value * byte.MaxValue), 0, byte.MaxValue);
                }
            }
        }
    }

    // The occluder hides the figure, the figure the distractors.
    private Colour At(int x, int y)
    {
        if (_occluder is var (angle, offset))
        {
            var distance = (x - _figure.X) * Math.Cos(angle) + (y - _figure.Y) * Math.Sin(angle) - offset;
            if (Math.Abs(distance) < 0.2 * _figure.Radius)
                return _occluderColour;
        }

        if (_figure.Holds(x, y))
            return _figure.ColourAt(x, y, 1);
        foreach (var distractor in _distractors)
        {
            if (distractor.Holds(x, y))
                return distractor.ColourAt(x, y, 1);
        }

        return _background.ColourAt(x, y, _backgroundTexture);
    }

    // The sum of four uniform numbers, of deviation 1: twelve million normal ones would take longer than the rest.
    private double NearlyNormal()
    {
        var bits = _random.Next();
        var sum = (bits & 0xFFFF) + (bits >> 16 & 0xFFFF) + (bits >> 32 & 0xFFFF) + (bits >> 48);
        return (sum / 65536.0 - 2) * 1.7320508;
    }

    private Figure RandomFigure(int shape, int texture, double radius, double contrast)
    {
        var first = RandomColour();
        var other = RandomColour();
        return new Figure(
            shape, texture, Between(12, 20), Between(12, 20), radius, Between(-0.5, 0.5), Between(3.5, 6), Between(0, 2 * Math.PI), first, first.Towards(other, contrast));
    }

    private Colour RandomColour() => new(_random.NextUniform(), _random.NextUniform(), _random.NextUniform());

    private double Between(double low, double high) => low + (high - low) * _random.NextUniform();

    private readonly record struct Colour(double Red, double Green, double Blue)
    {
        public double this[int channel] => channel switch { 0 => Red, 1 => Green, _ => Blue };

        // A step of the given length in the direction of another colour, so that textures stand out alike.
        public Colour Towards(Colour other, double length)
        {
            var (red, green, blue) = (other.Red - Red, other.Green - Green, other.Blue - Blue);
            var scale = length / Math.Max(0.05, Math.Sqrt(red * red + green * green + blue * blue));
            return new(Red + red * scale, Green + green * scale, Blue + blue * scale);
        }

        public Colour Mixed(Colour other, double share) =>
            new(Red + (other.Red - Red) * share, Green + (other.Green - Green) * share, Blue + (other.Blue - Blue) * share);
    }

    /// <param name="period">Of the texture, in pixels.</param>
    private sealed class Figure(
        int shape, int texture, double x0, double y0, double radius, double angle, double period, double textureAngle, Colour first, Colour second)
    {
        private readonly (double Sin, double Cos) _turn = Math.SinCos(angle);
        private readonly (double Sin, double Cos) _texture = Math.SinCos(textureAngle);

        public double X => x0;

        public double Y => y0;

        public double Radius => radius;

        public bool Holds(int x, int y)
        {
            var (right, down) = ((x - x0) / radius, (y - y0) / radius);
            var (u, v) = (right * _turn.Cos + down * _turn.Sin, down * _turn.Cos - right * _turn.Sin);
            var distance = Math.Sqrt(u * u + v * v);
            return shape switch
            {
                0 => distance < 0.9,
                1 => Math.Max(Math.Abs(u), Math.Abs(v)) < 0.8,
                2 => v > -0.55 && v + 1.732 * Math.Abs(u) < 1.1,
                3 => Math.Min(Math.Abs(u), Math.Abs(v)) < 0.33 && distance < 1,
                _ => distance is > 0.5 and < 1,
            };
        }

        public Colour ColourAt(int x, int y, double strength)
        {
            var along = Math.Sin(2 * Math.PI / period * (x * _texture.Cos + y * _texture.Sin));
            var wave = texture == 0 ? along : along * Math.Sin(2 * Math.PI / period * (y * _texture.Cos - x * _texture.Sin)) * 1.5;
            return first.Mixed(second, strength * Math.Clamp(0.5 + wave, 0, 1));
        }
    }
}

using SparseProf.Ops.Statistics;
using SparseProf.Workloads.Data.Images;

namespace SparseProf.Workloads.Data.Synthetic;

/// <summary>One image of <see cref="SyntheticVision"/>: what is on it, and its pixels.</summary>
internal sealed class TexturedImage
{
    private const int Side = ImageSplit.Side;
    private const int MostDistractors = 4;
    private const double SmallRadius = 8.5;

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
        var contrast = 0.9 - 0.5 * difficulty;
        _background = RandomFigure(-1, _random.NextIndex(Textures.Length), 0, contrast);
        _figure = RandomFigure(shape, texture, Between(6.5, 11), contrast);
        for (var i = _random.NextIndex((int)Math.Round(MostDistractors * difficulty) + 1); i > 0; i--)
            _distractors.Add(RandomFigure(_random.NextIndex(Shapes.Length), _random.NextIndex(Textures.Length), Between(2.5, 4), contrast));
        if (_random.NextUniform() < 0.6 * difficulty)
            _occluder = (Between(0, Math.PI), Between(-4, 4));
        _occluderColour = RandomColour();
        _noise = 0.03 + 0.2 * difficulty;
        _backgroundTexture = difficulty;
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
                    var value = colour[channel] + _noise * _random.NextNormal();
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

    private Figure RandomFigure(int shape, int texture, double radius, double contrast)
    {
        var first = RandomColour();
        var other = RandomColour();
        return new Figure(
            shape, texture, Between(10, 22), Between(10, 22), radius, Between(0, 2 * Math.PI), Between(3.2, 5.5), Between(0, 2 * Math.PI), first, first.Towards(other, contrast));
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

    /// <param name="Period">Of the texture, in pixels.</param>
    private sealed record Figure(
        int Shape, int Texture, double X, double Y, double Radius, double Angle, double Period, double TextureAngle, Colour First, Colour Second)
    {
        public bool Holds(int x, int y)
        {
            var (right, down) = ((x - X) / Radius, (y - Y) / Radius);
            var (u, v) = (right * Math.Cos(Angle) + down * Math.Sin(Angle), down * Math.Cos(Angle) - right * Math.Sin(Angle));
            var distance = Math.Sqrt(u * u + v * v);
            return Shape switch
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
            var (cos, sin) = (Math.Cos(TextureAngle), Math.Sin(TextureAngle));
            var along = Math.Sin(2 * Math.PI / Period * (x * cos + y * sin));
            var wave = Texture == 0 ? along : along * Math.Sin(2 * Math.PI / Period * (y * cos - x * sin)) * 1.5;
            return First.Mixed(Second, strength * Math.Clamp(0.5 + wave, 0, 1));
        }
    }
}

using System.Runtime.CompilerServices;

namespace SparseProf.CostModel.Latency;

/// <summary>The curves next to a place on a line, on both sides, with weights.</summary>
internal struct LineNeighbours
{
    private Buffer<ResidualCurve> _curves;
    private Buffer<float> _weights;
    private Buffer<float> _distances;

    public static LineNeighbours None => new() { Below = -1, Above = -1 };

    public int Count { get; private set; }

    /// <summary>The nearest below; -1 where there is none.</summary>
    public int Below { get; set; }

    public int Above { get; set; }

    public void Add(ResidualCurve curve, double distance, float weight)
    {
        _curves[Count] = curve;
        _distances[Count] = (float)distance;
        _weights[Count++] = weight;
    }

    /// <summary>Writes the features at a position, a column apart each.</summary>
    public readonly void Fill(double position, ref GridPlace grid, Span<float> features, int apart)
    {
        float sum = 0, weight = 0;
        Span<float> residuals = stackalloc float[2 * CurveLine.Near];
        for (var i = 0; i < Count; i++)
        {
            var curve = _curves[i];
            residuals[i] = curve.At(grid.Of(curve.Positions, position));
            sum += _weights[i] * residuals[i];
            weight += _weights[i];
        }

        features[0] = weight > 0 ? sum / weight : CurveLine.Absent;
        features[apart] = Below >= 0 ? residuals[Below] : CurveLine.Absent;
        features[2 * apart] = Above >= 0 ? residuals[Above] : CurveLine.Absent;
        features[3 * apart] = Below < 0 ? features[2 * apart] : Above < 0 ? residuals[Below]
            : (residuals[Below] * _distances[Above] + residuals[Above] * _distances[Below]) / (_distances[Below] + _distances[Above]);
    }

    [InlineArray(2 * CurveLine.Near)]
    private struct Buffer<T>
    {
        private T _first;
    }
}

/// <summary>The last place that was looked up: curves that share their positions share it.</summary>
internal struct GridPlace
{
    private double[]? _positions;
    private double _position;
    private PositionPlace _place;

    public PositionPlace Of(double[] positions, double position)
    {
        if (!ReferenceEquals(positions, _positions) || position != _position)
            (_positions, _position, _place) = (positions, position, PositionPlace.Of(positions, position));
        return _place;
    }
}

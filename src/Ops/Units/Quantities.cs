namespace SparseProf.Ops.Units;

/// <summary>Duration, s.</summary>
public readonly record struct Seconds(double Value) : IQuantity<Seconds>
{
    public static string Symbol => "s";

    public static Seconds From(double value) => new(value);

    public override string ToString() => SiFormat.Format(this);
}

/// <summary>Energy, J.</summary>
public readonly record struct Joules(double Value) : IQuantity<Joules>
{
    public static string Symbol => "J";

    public static Joules From(double value) => new(value);

    public static Watts operator /(Joules energy, Seconds time) => new(energy.Value / time.Value);

    public override string ToString() => SiFormat.Format(this);
}

/// <summary>Power, W.</summary>
public readonly record struct Watts(double Value) : IQuantity<Watts>
{
    public static string Symbol => "W";

    public static Watts From(double value) => new(value);

    public static Joules operator *(Watts power, Seconds time) => new(power.Value * time.Value);

    public override string ToString() => SiFormat.Format(this);
}

/// <summary>Frequency, Hz.</summary>
public readonly record struct Hertz(double Value) : IQuantity<Hertz>
{
    public static string Symbol => "Hz";

    public static Hertz From(double value) => new(value);

    public override string ToString() => SiFormat.Format(this);
}

/// <summary>Temperature, °C.</summary>
public readonly record struct Celsius(double Value) : IQuantity<Celsius>
{
    public static string Symbol => "°C";

    public static Celsius From(double value) => new(value);

    public override string ToString() => $"{Value:0.#} °C";
}

/// <summary>Memory or traffic, B. Capacities print in binary units through <see cref="SiFormat.Capacity"/>.</summary>
public readonly record struct Bytes(double Value) : IQuantity<Bytes>
{
    public static string Symbol => "B";

    public static Bytes From(double value) => new(value);

    public static BytesPerSecond operator /(Bytes traffic, Seconds time) => new(traffic.Value / time.Value);

    public static Seconds operator /(Bytes traffic, BytesPerSecond bandwidth) => new(traffic.Value / bandwidth.Value);

    public override string ToString() => SiFormat.Format(this);
}

/// <summary>A count of floating-point operations; a multiply-add is two.</summary>
public readonly record struct Flops(double Value) : IQuantity<Flops>
{
    public static string Symbol => "FLOP";

    public static Flops From(double value) => new(value);

    public static FlopsPerSecond operator /(Flops work, Seconds time) => new(work.Value / time.Value);

    public static Seconds operator /(Flops work, FlopsPerSecond rate) => new(work.Value / rate.Value);

    public static FlopsPerByte operator /(Flops work, Bytes traffic) => new(work.Value / traffic.Value);

    public override string ToString() => SiFormat.Format(this);
}

/// <summary>A rate of work, FLOP/s.</summary>
public readonly record struct FlopsPerSecond(double Value) : IQuantity<FlopsPerSecond>
{
    public static string Symbol => "FLOP/s";

    public static FlopsPerSecond From(double value) => new(value);

    public static FlopsPerByte operator /(FlopsPerSecond peak, BytesPerSecond bandwidth) => new(peak.Value / bandwidth.Value);

    public override string ToString() => SiFormat.Format(this);
}

/// <summary>Bandwidth, B/s.</summary>
public readonly record struct BytesPerSecond(double Value) : IQuantity<BytesPerSecond>
{
    public static string Symbol => "B/s";

    public static BytesPerSecond From(double value) => new(value);

    public static FlopsPerSecond operator *(BytesPerSecond bandwidth, FlopsPerByte intensity) =>
        new(bandwidth.Value * intensity.Value);

    public override string ToString() => SiFormat.Format(this);
}

/// <summary>Arithmetic intensity, FLOP/B.</summary>
public readonly record struct FlopsPerByte(double Value) : IQuantity<FlopsPerByte>
{
    public static string Symbol => "FLOP/B";

    public static FlopsPerByte From(double value) => new(value);

    public override string ToString() => $"{Value:0.##} FLOP/B";
}

/// <summary>A count of model parameters, N.</summary>
public readonly record struct Parameters(double Value) : IQuantity<Parameters>
{
    public static string Symbol => "";

    public static Parameters From(double value) => new(value);

    public override string ToString() => SiFormat.Count(Value);
}

/// <summary>A count of training tokens, D.</summary>
public readonly record struct Tokens(double Value) : IQuantity<Tokens>
{
    public static string Symbol => "";

    public static Tokens From(double value) => new(value);

    public override string ToString() => SiFormat.Count(Value);
}

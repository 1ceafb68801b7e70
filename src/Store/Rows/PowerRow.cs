using SparseProf.Store.Sqlite;

namespace SparseProf.Store.Rows;

/// <summary>A chunk of power as its columns lie in the database.</summary>
#pragma warning disable CA1812 // made by Dapper
internal sealed record PowerRow
#pragma warning restore CA1812
{
    public required string Source { get; init; }

    public required double StartS { get; init; }

    public long? MeasurementId { get; init; }

    public required byte[] OffsetS { get; init; }

    public required byte[] PowerW { get; init; }

    public byte[]? ClockHz { get; init; }

    public byte[]? TemperatureC { get; init; }

    public byte[]? EventReasons { get; init; }

    public PowerChunk ToChunk() => new(
        Source, StartS, Blob.To<float>(OffsetS), Blob.To<float>(PowerW),
        ClockHz is null ? null : Blob.To<float>(ClockHz),
        TemperatureC is null ? null : Blob.To<float>(TemperatureC),
        EventReasons is null ? null : Blob.To<ulong>(EventReasons))
    {
        MeasurementId = MeasurementId,
    };
}

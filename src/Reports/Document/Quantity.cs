namespace SparseProf.Reports.Document;

/// <summary>What a number counts: how it is printed, and which unit a reader may switch. Values are in the SI base unit.</summary>
public enum Quantity
{
    /// <summary>A plain number without a unit.</summary>
    Number,

    /// <summary>Seconds.</summary>
    Time,

    /// <summary>FLOP/s.</summary>
    Rate,

    /// <summary>FLOP.</summary>
    Work,

    /// <summary>Joules.</summary>
    Energy,

    /// <summary>Bytes of a capacity.</summary>
    Memory,

    /// <summary>Watts.</summary>
    Power,

    /// <summary>A ratio, printed with ×.</summary>
    Ratio,

    /// <summary>A share, printed in %.</summary>
    Share,

    /// <summary>A count with K, M, B.</summary>
    Count,

    /// <summary>US dollars.</summary>
    Money,

    /// <summary>Grams of CO2 equivalent.</summary>
    Carbon,
}

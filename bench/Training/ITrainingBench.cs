namespace SparseProf.TrainingBench;

/// <summary>One claim about training, measured.</summary>
internal interface ITrainingBench
{
    string Name { get; }

    /// <summary>Models, data, seeds and steps, as a sentence of Markdown.</summary>
    string Setting { get; }

    IEnumerable<Finding> Run();
}

/// <param name="Measured">With its interval.</param>
/// <param name="Met">Null where nothing was aimed at.</param>
internal sealed record Finding(string What, string Measured, string Aim = "", bool? Met = null);

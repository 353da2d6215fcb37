namespace Microsoft.ML.DenseNet;

/// <summary>How the values of a <see cref="TuningParameter"/> are distributed before anything is known about them.</summary>
public enum TuningParameterKind
{
    /// <summary>Numbers, each part of the range as likely as any other of the same length.</summary>
    Uniform,

    /// <summary>Numbers above 0 whose logarithms are uniform: from 0.001 to 0.01 is as likely as from 0.01 to 0.1.</summary>
    LogUniform,

    /// <summary>Whole numbers, all equally likely.</summary>
    WholeNumber,

    /// <summary>Whole numbers from 1 whose logarithms are uniform.</summary>
    LogWholeNumber,

    /// <summary>One of several values, all equally likely.</summary>
    Choice,
}

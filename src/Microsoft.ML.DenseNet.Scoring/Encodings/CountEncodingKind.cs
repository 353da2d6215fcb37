namespace Microsoft.ML.DenseNet;

/// <summary>What count encoding makes of the number n of training rows that have a value.</summary>
public enum CountEncodingKind
{
    /// <summary>n. Exact up to 16,777,216 rows, beyond which <see cref="float"/> rounds it.</summary>
    Count,

    /// <summary>n divided by the number of training rows, from 0 to 1.</summary>
    Share,

    /// <summary>ln(1 + n), whose range suits linear models and networks better than that of counts.</summary>
    LogCount,
}

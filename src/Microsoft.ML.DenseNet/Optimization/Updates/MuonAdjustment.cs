namespace Microsoft.ML.DenseNet;

/// <summary>How <see cref="Optimizers.Muon"/> adapts the learning rate to the shape of a weight matrix, [rows, columns].</summary>
public enum MuonAdjustment
{
    /// <summary>√max(1, rows / columns), as in Jordan et al. 2024: the learning rate is the size of a step in the spectral norm.</summary>
    Original,

    /// <summary>0.2 √max(rows, columns), as in Liu et al. 2025: a step is about as large as AdamW's at the same learning rate.</summary>
    MatchRmsAdamW,
}

namespace Microsoft.ML.DenseNet;

/// <summary>The elementwise functions without trained parameters, under PyTorch's names. <see cref="Layer"/>'s factories give the formulas.</summary>
public enum ActivationFunction
{
    /// <summary>See <see cref="Layer.Identity"/>.</summary>
    Identity,

    /// <summary>See <see cref="Layer.ReLU"/>.</summary>
    ReLU,

    /// <summary>See <see cref="Layer.LeakyReLU"/>; <see cref="ActivationLayer.First"/> is the negative slope.</summary>
    LeakyReLU,

    /// <summary>See <see cref="Layer.ELU"/>; <see cref="ActivationLayer.First"/> is alpha.</summary>
    ELU,

    /// <summary>See <see cref="Layer.SELU"/>.</summary>
    SELU,

    /// <summary>See <see cref="Layer.GELU"/>.</summary>
    GELU,

    /// <summary>See <see cref="Layer.SiLU"/>.</summary>
    SiLU,

    /// <summary>See <see cref="Layer.Mish"/>.</summary>
    Mish,

    /// <summary>See <see cref="Layer.Softplus"/>; <see cref="ActivationLayer.First"/> is beta, <see cref="ActivationLayer.Second"/> the threshold.</summary>
    Softplus,

    /// <summary>See <see cref="Layer.Softsign"/>.</summary>
    Softsign,

    /// <summary>See <see cref="Layer.Tanh"/>.</summary>
    Tanh,

    /// <summary>See <see cref="Layer.Sigmoid"/>.</summary>
    Sigmoid,

    /// <summary>See <see cref="Layer.HardSigmoid"/>.</summary>
    HardSigmoid,

    /// <summary>See <see cref="Layer.HardSwish"/>.</summary>
    HardSwish,

    /// <summary>See <see cref="Layer.HardTanh"/>; <see cref="ActivationLayer.First"/> is the minimum, <see cref="ActivationLayer.Second"/> the maximum.</summary>
    HardTanh,

    /// <summary>See <see cref="Layer.Exp"/>.</summary>
    Exp,
}

namespace Microsoft.ML.DenseNet;

/// <summary>How the weights of Linear layers are initialized; biases are zero unless stated otherwise.</summary>
public enum Initialization
{
    /// <summary>PyTorch's default for Linear: weights and biases uniform within ±1/√inputs.</summary>
    PyTorch,

    /// <summary>Uniform within ±√(6 / (inputs + units)) (Glorot and Bengio 2010); suits tanh and sigmoid.</summary>
    XavierUniform,

    /// <summary>Normal with variance 2 / (inputs + units) (Glorot and Bengio 2010); suits tanh and sigmoid.</summary>
    XavierNormal,

    /// <summary>Uniform within ±√(6 / inputs) (He et al. 2015); suits ReLU and similar activations.</summary>
    KaimingUniform,

    /// <summary>Normal with variance 2 / inputs (He et al. 2015); suits ReLU and similar activations.</summary>
    KaimingNormal,
}

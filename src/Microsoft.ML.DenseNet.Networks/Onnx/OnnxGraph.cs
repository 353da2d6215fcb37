namespace Microsoft.ML.DenseNet;

/// <summary>
/// Where a network's operations go: the graph of our own file, or the one that ML.NET's exporter is building. Values are identified
/// by their names, which the graph chooses.
/// </summary>
internal abstract class OnnxGraph
{
    /// <summary>Adds a constant tensor.</summary>
    /// <param name="name">The preferred name.</param>
    /// <param name="values">The values, row-major. They are read when the graph is written, not before.</param>
    /// <param name="shape">The shape; none for a scalar.</param>
    /// <returns>The value's name.</returns>
    public abstract string AddTensor(string name, ReadOnlyMemory<float> values, params long[] shape);

    /// <summary>Adds a constant integer.</summary>
    /// <returns>The value's name.</returns>
    public abstract string AddScalar(string name, long value);

    /// <summary>Adds a constant list of integers.</summary>
    /// <returns>The value's name.</returns>
    public abstract string AddVector(string name, long[] values);

    /// <summary>Adds an operator of ONNX's default domain, with one output.</summary>
    /// <param name="scope">The place in the network, for the node's name; may be empty.</param>
    /// <param name="operation">The operator.</param>
    /// <param name="inputs">The names of its inputs.</param>
    /// <param name="attributes">Its settings.</param>
    /// <returns>The output's name.</returns>
    public abstract string AddNode(string scope, string operation, string[] inputs, params OnnxAttribute[] attributes);

    /// <summary>Adds a TopK over the columns of [rows, columns]: the largest values, the largest first, of equal ones the first.</summary>
    /// <param name="scope">The place in the network, for the node's name.</param>
    /// <param name="values">The name of its input.</param>
    /// <param name="count">How many of the columns are taken.</param>
    /// <returns>The names of the values and of their columns, both of shape [rows, count].</returns>
    public abstract (string Values, string Columns) AddTopK(string scope, string values, int count);

    /// <summary>The name of a node in its scope, before it is made unique.</summary>
    protected static string Join(string scope, string operation) => scope.Length == 0 ? operation : $"{scope}/{operation}";
}

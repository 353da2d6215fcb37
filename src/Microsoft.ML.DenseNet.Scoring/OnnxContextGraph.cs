using Microsoft.ML.Model.OnnxConverter;

namespace Microsoft.ML.DenseNet;

/// <summary>The graph that ML.NET's exporter is building for a whole pipeline.</summary>
internal sealed class OnnxContextGraph : OnnxGraph
{
    // ML.NET assumes that every name is a data column's. This keeps ours apart from those of the pipeline.
    private const string Prefix = "DenseNet/";

    // ML.NET interprets null as its own domain.
    private const string DefaultDomain = "";

    private readonly OnnxContext _context;

    public OnnxContextGraph(OnnxContext context) => _context = context;

    public override string AddTensor(string name, ReadOnlyMemory<float> values, params long[] shape) => shape.Length == 0
        ? _context.AddInitializer(values.Span[0], Prefix + name)
        : _context.AddInitializer(values.ToArray(), shape, Prefix + name);

    public override string AddScalar(string name, long value) => _context.AddInitializer(value, Prefix + name);

    public override string AddVector(string name, long[] values) => _context.AddInitializer(values, [values.Length], Prefix + name);

    public override string AddNode(string scope, string operation, string[] inputs, params OnnxAttribute[] attributes)
    {
        string name = Prefix + Join(scope, operation);

        // Without a type: the runtime determines its shape.
        string output = _context.AddIntermediateVariable(null, name, skip: true);
        var node = _context.CreateNode(operation, inputs, [output], _context.GetNodeName(name), DefaultDomain);
        foreach (var attribute in attributes)
        {
            switch (attribute.Value)
            {
                case float value:
                    node.AddAttribute(attribute.Name, value);
                    break;

                case long value:
                    node.AddAttribute(attribute.Name, value);
                    break;

                default:
                    node.AddAttribute(attribute.Name, (IEnumerable<long>)attribute.Value);
                    break;
            }
        }

        return output;
    }

    public override (string Values, string Columns) AddTopK(string scope, string values, int count)
    {
        string name = Prefix + Join(scope, "TopK");
        string[] outputs = [_context.AddIntermediateVariable(null, name, skip: true), _context.AddIntermediateVariable(null, $"{name}.columns", skip: true)];
        _context.CreateNode("TopK", [values, AddVector($"{scope}.count", [count])], outputs, _context.GetNodeName(name), DefaultDomain).AddAttribute("axis", 1L);
        return (outputs[0], outputs[1]);
    }

    /// <summary>Assigns a value to a variable that ML.NET has already named.</summary>
    public void Assign(string variable, string value) =>
        _context.CreateNode("Identity", value, variable, _context.GetNodeName(Prefix + "Identity"), DefaultDomain);
}

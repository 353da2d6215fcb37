using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;

namespace Microsoft.ML.DenseNet;

/// <summary>Adds an encoded column to the ONNX graph that ML.NET's exporter is building: a LabelEncoder for each number of each slot.</summary>
internal static class EncodingOnnx
{
    private const int MinimumOpset = 11;
    private const string DefaultDomain = "";
    private const long Int64 = 7; // TensorProto.DataType

    public static void Save(OnnxContext context, EncodedColumn column, string input, string output)
    {
        context.CheckOpSetVersion(MinimumOpset, CategoryEncodingTransformer.LoaderSignature);
        if (!context.ContainsColumn(input))
            return;
        string values = Integers(context, column.ItemType, context.GetVariableName(input));
        string[] slots = column.Maps.Length == 1 ? [values] : [.. column.Maps.Select((_, slot) => Slot(context, values, slot))];
        string[] numbers = [.. slots.SelectMany((variable, slot) => Enumerable.Range(0, column.Width).Select(number => Look(context, column, slot, number, variable)))];

        string result = context.AddIntermediateVariable(column.OutputType, output);
        if (numbers.Length == 1)
            context.CreateNode("Identity", numbers, [result], context.GetNodeName("Identity"), DefaultDomain);
        else
            context.CreateNode("Concat", numbers, [result], context.GetNodeName("Concat"), DefaultDomain).AddAttribute("axis", 1);
    }

    /// <summary>LabelEncoder takes text and 64-bit integers, which keys, Booleans and shorter integers become.</summary>
    private static string Integers(OnnxContext context, DataViewType type, string values)
    {
        if (type is TextDataViewType || type.RawType == typeof(long))
            return values;
        string integers = Variable(context, "integers");
        context.CreateNode("Cast", [values], [integers], context.GetNodeName("Cast"), DefaultDomain).AddAttribute("to", Int64);
        return integers;
    }

    private static string Slot(OnnxContext context, string values, int slot)
    {
        string result = Variable(context, "slot");
        string index = context.AddInitializer([(long)slot], [1L], Name("index"));
        context.CreateNode("Gather", [values, index], [result], context.GetNodeName("Gather"), DefaultDomain).AddAttribute("axis", 1);
        return result;
    }

    private static string Look(OnnxContext context, EncodedColumn column, int slot, int number, string values)
    {
        string result = Variable(context, "number");
        var node = context.CreateNode("LabelEncoder", [values], [result], context.GetNodeName("LabelEncoder"));
        var map = column.Maps[slot];
        if (column.ItemType is TextDataViewType)
            node.AddAttribute("keys_strings", map.Texts());
        else
            node.AddAttribute("keys_int64s", map.Numbers());
        node.AddAttribute("values_floats", Enumerable.Range(0, map.Count).Select(value => column.Values[slot][(value * column.Width) + number]));
        node.AddAttribute("default_float", column.Unseen[number]);
        return result;
    }

    private static string Variable(OnnxContext context, string name) => context.AddIntermediateVariable(null, Name(name), skip: true);

    // Keeps them apart from columns of the pipeline, whose names are variables too.
    private static string Name(string name) => $"{CategoryEncodingTransformer.LoaderSignature}/{name}";
}

using System.Globalization;

namespace Microsoft.ML.DenseNet;

/// <summary>Assigns places in the two flat arrays, trained parameters and buffers, while a network's widths are inferred.</summary>
internal sealed class ParameterAllocator
{
    private int _parameterCount;
    private int _bufferCount;

    public int ParameterCount => _parameterCount;

    public int BufferCount => _bufferCount;

    public TensorPlace Parameter(string path, string name, TensorStart start, params int[] shape) => Allocate(ref _parameterCount, path, name, start, shape, isTrained: true);

    public TensorPlace Buffer(string path, string name, TensorStart start, params int[] shape) => Allocate(ref _bufferCount, path, name, start, shape, isTrained: false);

    public static string Join(string path, int index) =>
        path.Length == 0 ? index.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{path}.{index}");

    private static TensorPlace Allocate(ref int total, string path, string name, TensorStart start, int[] shape, bool isTrained)
    {
        string fullName = path.Length == 0 ? name : $"{path}.{name}";
        long count = 1;
        foreach (int size in shape)
        {
            count *= size;
            if (count > Array.MaxLength)
                break; // before the product itself overflows
        }

        if (total + count > Array.MaxLength)
            throw new ArgumentException($"'{fullName}' of {count:N0} values brings the network over {Array.MaxLength:N0} values, the most that are accepted.");

        var place = new TensorPlace(fullName, total, shape, isTrained) { Start = start };
        total += (int)count;
        return place;
    }
}

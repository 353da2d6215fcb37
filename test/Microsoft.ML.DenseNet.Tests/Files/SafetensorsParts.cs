using System.Text;
using System.Text.Json.Nodes;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The safetensors format once more, written from its specification: 8 bytes of length, JSON, the tensors' bytes.</summary>
internal static class SafetensorsParts
{
    /// <summary>A file of these tensors, one behind the other.</summary>
    public static byte[] Write(IEnumerable<(string Name, string Type, int[] Shape, byte[] Content)> tensors, params (string Name, string Text)[] metadata)
    {
        var header = new JsonObject();
        if (metadata.Length > 0)
            header["__metadata__"] = new JsonObject(metadata.Select(entry => KeyValuePair.Create(entry.Name, (JsonNode?)entry.Text)));
        var content = new List<byte>();
        foreach (var (name, type, shape, bytes) in tensors)
        {
            header[name] = new JsonObject
            {
                ["dtype"] = type,
                ["shape"] = new JsonArray([.. shape.Select(size => (JsonNode)size)]),
                ["data_offsets"] = new JsonArray(content.Count, content.Count + bytes.Length),
            };
            content.AddRange(bytes);
        }

        return Write(header.ToJsonString(), [.. content]);
    }

    /// <summary>A file of any header.</summary>
    public static byte[] Write(string header, byte[] content)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        return [.. BitConverter.GetBytes((ulong)json.Length), .. json, .. content];
    }

    /// <summary>The JSON and every tensor of single precision.</summary>
    public static (JsonObject Header, Dictionary<string, float[]> Tensors) Read(byte[] file)
    {
        int length = checked((int)BitConverter.ToUInt64(file));
        var header = JsonNode.Parse(Encoding.UTF8.GetString(file, 8, length))!.AsObject();
        var tensors = new Dictionary<string, float[]>();
        int total = 8 + length;
        foreach (var (name, tensor) in header.Where(entry => entry.Key != "__metadata__"))
        {
            Assert.AreEqual("F32", (string?)tensor!["dtype"]);
            int begin = (int)tensor["data_offsets"]![0]!, end = (int)tensor["data_offsets"]![1]!;
            float[] values = new float[(end - begin) / 4];
            for (int i = 0; i < values.Length; i++)
                values[i] = BitConverter.ToSingle(file, 8 + length + begin + (4 * i));
            Assert.AreEqual(tensor["shape"]!.AsArray().Aggregate(1, (product, size) => product * (int)size!), values.Length, name);
            tensors.Add(name, values);
            total += end - begin;
        }

        Assert.AreEqual(total, file.Length);
        return (header, tensors);
    }
}

using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using Microsoft.ML.DenseNet.Reporting;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>No code but <see cref="TensorScalars"/> makes a TorchSharp Scalar; its remarks say why.</summary>
[TestClass]
public sealed class ScalarLifetimeTests
{
    /// <summary>TorchSharp's functions that make a Scalar inside, from a number they are given or of their own.</summary>
    private static readonly HashSet<string> Unsafe = ["op_Addition", "add", "add_", "square", "leaky_relu", "elu", "elu_", "softplus", "softsign", "mish"];

    private static readonly Dictionary<int, OpCode> Codes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value & 0xFFFF);

    [TestMethod]
    [DataRow(typeof(Layer))]
    [DataRow(typeof(TrainingReport))]
    public void NumbersBecomeScalarsInOnePlace(Type inLibrary)
    {
        string[] found = Find(inLibrary.Assembly.Location, nameof(TensorScalars));
        Assert.IsEmpty(found, "Use TensorScalars, which keeps the Scalar alive: " + string.Join(Environment.NewLine, found));
    }

    [TestMethod]
    public void ConversionsAreSeen()
    {
        // This very class has them, below, and the exempt type has its own.
        string[] found = Find(typeof(ScalarLifetimeTests).Assembly.Location, "");
        foreach (string call in (string[])["Scalar::op_Implicit", "Tensor::op_GreaterThan", "functional::mish"])
            Assert.IsTrue(found.Any(line => line.StartsWith($"{nameof(ScalarLifetimeTests)}.{nameof(Examples)}", StringComparison.Ordinal) && line.EndsWith(call, StringComparison.Ordinal)), call);
        Assert.IsTrue(Find(typeof(TensorScalars).Assembly.Location, "").Any(line => line.EndsWith("ScalarExtensionMethods::ToScalar", StringComparison.Ordinal)));
    }

    private static TorchSharp.torch.Tensor Examples(TorchSharp.torch.Tensor x) => TorchSharp.torch.nn.functional.mish(x) > 0;

    /// <summary>The calls in an assembly that take or give a Scalar, outside of one type: "Type.Method calls Type::Method".</summary>
    private static string[] Find(string path, string exempt)
    {
        using var image = new PEReader(File.OpenRead(path));
        var metadata = image.GetMetadataReader();
        var suspects = metadata.MemberReferences
            .ToDictionary(handle => MetadataTokens.GetToken(handle), handle => Suspect(metadata, metadata.GetMemberReference(handle)))
            .Where(item => item.Value is not null).ToDictionary();
        var found = new List<string>();
        foreach (var handle in metadata.MethodDefinitions)
        {
            var method = metadata.GetMethodDefinition(handle);
            string type = OuterName(metadata, method.GetDeclaringType());
            if (method.RelativeVirtualAddress == 0 || type == exempt)
                continue;
            foreach (int token in Tokens(image.GetMethodBody(method.RelativeVirtualAddress).GetILBytes()!))
            {
                if (suspects.TryGetValue(token, out string? call))
                    found.Add($"{type}.{metadata.GetString(method.Name)} calls {call}");
            }
        }

        return [.. found];
    }

    /// <summary>The name of a TorchSharp method with a Scalar in its signature, or of one that is known to make one; null for others.</summary>
    private static string? Suspect(MetadataReader metadata, MemberReference member)
    {
        if (member.Parent.Kind != HandleKind.TypeReference || member.GetKind() != MemberReferenceKind.Method)
            return null;
        var parent = metadata.GetTypeReference((TypeReferenceHandle)member.Parent);
        string name = metadata.GetString(member.Name);
        bool isTorch = NamespaceOf(metadata, parent).StartsWith("TorchSharp", StringComparison.Ordinal);
        return isTorch && ((Unsafe.Contains(name) && metadata.GetString(parent.Name) is "functional" or "Tensor") || HasScalar(metadata, member))
            ? $"{metadata.GetString(parent.Name)}::{name}"
            : null;
    }

    private static bool HasScalar(MetadataReader metadata, MemberReference member)
    {
        // A signature names a class by its element type and its coded token; numbers between cannot look like both.
        int scalar = metadata.TypeReferences.Where(handle => metadata.GetTypeReference(handle) is var type
            && metadata.StringComparer.Equals(type.Name, "Scalar") && metadata.StringComparer.Equals(type.Namespace, "TorchSharp"))
            .Select(handle => CodedIndex.TypeDefOrRef(handle)).DefaultIfEmpty(-1).Single();
        var signature = metadata.GetBlobReader(member.Signature);
        int before = 0;
        while (signature.RemainingBytes > 0)
        {
            int number = signature.ReadCompressedInteger();
            if (before == (int)SignatureTypeKind.Class && number == scalar)
                return true;
            before = number;
        }

        return false;
    }

    private static string NamespaceOf(MetadataReader metadata, TypeReference type) => type.ResolutionScope.Kind == HandleKind.TypeReference
        ? NamespaceOf(metadata, metadata.GetTypeReference((TypeReferenceHandle)type.ResolutionScope))
        : metadata.GetString(type.Namespace);

    /// <summary>The name of the type that a lambda's or an iterator's own class stands in.</summary>
    private static string OuterName(MetadataReader metadata, TypeDefinitionHandle handle)
    {
        var type = metadata.GetTypeDefinition(handle);
        return type.GetDeclaringType() is { IsNil: false } outer ? OuterName(metadata, outer) : metadata.GetString(type.Name);
    }

    /// <summary>The tokens that a method's instructions refer to.</summary>
    private static IEnumerable<int> Tokens(byte[] code)
    {
        int at = 0;
        while (at < code.Length)
        {
            int value = code[at++];
            if (value == 0xFE)
                value = (value << 8) | code[at++];
            var kind = Codes[value].OperandType;
            if (kind is OperandType.InlineMethod)
                yield return BitConverter.ToInt32(code, at);
            at += kind switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
                _ => 4,
            };
        }
    }
}

using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace Microsoft.ML.DenseNet.Tests.Interop;

/// <summary>
/// Spells the types of signatures as text that is the same in every assembly. The context holds the names that stand for the type
/// parameters of the declaring type; without one, they are spelled !0, !1 and so on.
/// </summary>
internal sealed class SignatureNames : ISignatureTypeProvider<string, ImmutableArray<string>>
{
    public static readonly SignatureNames Instance = new();

    /// <summary>The parameters of a method, and what it returns.</summary>
    public static string Of(MethodSignature<string> signature)
    {
        string typeParameters = signature.GenericParameterCount == 0 ? "" : $"`{signature.GenericParameterCount}";
        return $"{typeParameters}({string.Join(", ", signature.ParameterTypes)}) : {signature.ReturnType}";
    }

    public static string FullName(MetadataReader reader, TypeDefinitionHandle handle)
    {
        TypeDefinition type = reader.GetTypeDefinition(handle);
        string name = reader.GetString(type.Name);
        return type.IsNested ? $"{FullName(reader, type.GetDeclaringType())}+{name}" : Qualify(reader.GetString(type.Namespace), name);
    }

    public static string FullName(MetadataReader reader, TypeReferenceHandle handle)
    {
        TypeReference type = reader.GetTypeReference(handle);
        string name = reader.GetString(type.Name);
        return type.ResolutionScope.Kind == HandleKind.TypeReference
            ? $"{FullName(reader, (TypeReferenceHandle)type.ResolutionScope)}+{name}"
            : Qualify(reader.GetString(type.Namespace), name);
    }

    public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => FullName(reader, handle);

    public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => FullName(reader, handle);

    public string GetTypeFromSpecification(MetadataReader reader, ImmutableArray<string> genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
        reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

    public string GetPrimitiveType(PrimitiveTypeCode typeCode) => typeCode.ToString();

    public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) => $"{genericType}<{string.Join(", ", typeArguments)}>";

    public string GetGenericTypeParameter(ImmutableArray<string> genericContext, int index) =>
        index < (genericContext.IsDefault ? 0 : genericContext.Length) ? genericContext[index] : $"!{index}";

    public string GetGenericMethodParameter(ImmutableArray<string> genericContext, int index) => $"!!{index}";

    public string GetSZArrayType(string elementType) => $"{elementType}[]";

    public string GetArrayType(string elementType, ArrayShape shape) => $"{elementType}[{new string(',', shape.Rank - 1)}]";

    public string GetByReferenceType(string elementType) => $"{elementType}&";

    public string GetPointerType(string elementType) => $"{elementType}*";

    public string GetPinnedType(string elementType) => elementType;

    public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => unmodifiedType;

    public string GetFunctionPointerType(MethodSignature<string> signature) => $"fnptr{Of(signature)}";

    private static string Qualify(string @namespace, string name) => @namespace.Length == 0 ? name : $"{@namespace}.{name}";
}

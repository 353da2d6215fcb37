using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;

namespace Microsoft.ML.DenseNet.Tests.Interop;

/// <summary>Finds what an assembly uses of ML.NET, and looks each of it up in the ML.NET that is there.</summary>
/// <remarks>
/// It reads the metadata of both: what is referenced or overridden by name and signature is all that the runtime has to go by. The
/// members of an interface are not followed to the methods that implement them; loading the types checks those.
/// </remarks>
internal sealed partial class MlNetUsage : IDisposable
{
    private static readonly HashSet<string> ObjectMethods = [.. typeof(object).GetMethods(
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Select(method => method.Name)];

    private readonly PEReader _userImage;
    private readonly MetadataReader _user;
    private readonly Func<string, byte[]?> _readMlNet;
    private readonly Dictionary<string, PEReader?> _mlNetImages = [];
    private readonly Dictionary<MetadataReader, Dictionary<string, TypeDefinitionHandle>> _typesByName = [];
    private readonly HashSet<MlNetMember> _members = [];

    /// <param name="user">The assembly that uses ML.NET.</param>
    /// <param name="readMlNet">Gives the image of the ML.NET assembly of a simple name, null for other assemblies.</param>
    public MlNetUsage(byte[] user, Func<string, byte[]?> readMlNet)
    {
        _userImage = new PEReader(ImmutableArray.Create(user));
        _user = _userImage.GetMetadataReader();
        _readMlNet = readMlNet;
    }

    public void Dispose()
    {
        _userImage.Dispose();
        foreach (PEReader? image in _mlNetImages.Values)
            image?.Dispose();
    }

    /// <summary>The members in use, ordered by assembly and name.</summary>
    public IReadOnlyList<MlNetMember> Find()
    {
        foreach (TypeReferenceHandle handle in _user.TypeReferences)
            AddType(handle);
        foreach (MemberReferenceHandle handle in _user.MemberReferences)
            AddMember(_user.GetMemberReference(handle));
        foreach (TypeDefinitionHandle handle in _user.TypeDefinitions)
            AddOverrides(new MetadataType(_user, handle, []));

        return [.. _members.OrderBy(member => member.Assembly, StringComparer.Ordinal).ThenBy(member => member.Name, StringComparer.Ordinal)];
    }

    private void AddType(TypeReferenceHandle handle)
    {
        if (OpenMlNet(_user, handle, out string assembly) is not { } mlNet)
            return;

        string name = SignatureNames.FullName(_user, handle);
        MlNetMemberState state = TypesByName(mlNet).TryGetValue(name, out TypeDefinitionHandle type)
            ? StateOf(mlNet, type)
            : MlNetMemberState.Missing;
        _members.Add(new MlNetMember(assembly, Display(name), state));
    }

    private void AddMember(MemberReference member)
    {
        EntityHandle parent = member.Parent.Kind == HandleKind.TypeSpecification
            ? GenericDefinition(_user, (TypeSpecificationHandle)member.Parent, [], out _)
            : member.Parent;
        if (parent.Kind != HandleKind.TypeReference || OpenMlNet(_user, (TypeReferenceHandle)parent, out string assembly) is not { } mlNet)
            return;

        string typeName = SignatureNames.FullName(_user, (TypeReferenceHandle)parent);
        string name = _user.GetString(member.Name);
        MetadataType? type = TypesByName(mlNet).TryGetValue(typeName, out TypeDefinitionHandle handle) ? new MetadataType(mlNet, handle, []) : null;
        MethodAttributes? access;
        string signature = "";
        if (member.GetKind() == MemberReferenceKind.Method)
        {
            signature = SignatureNames.Of(member.DecodeMethodSignature(SignatureNames.Instance, []));
            access = type?.FindMethod(name, signature)?.Attributes;
        }
        else
        {
            // Field and method accesses have the same values.
            access = (MethodAttributes?)type?.FindField(name, member.DecodeFieldSignature(SignatureNames.Instance, []))?.Attributes;
        }

        MlNetMemberState state = access is { } found ? StateOf(type!.Value, found) : MlNetMemberState.Missing;
        _members.Add(new MlNetMember(assembly, Display(typeName, name, signature), state));
    }

    private void AddOverrides(MetadataType type)
    {
        foreach (MethodDefinitionHandle handle in type.Definition.GetMethods())
        {
            MethodDefinition method = _user.GetMethodDefinition(handle);
            if ((method.Attributes & (MethodAttributes.Virtual | MethodAttributes.NewSlot)) != MethodAttributes.Virtual)
                continue;

            string name = _user.GetString(method.Name);
            string signature = SignatureNames.Of(method.DecodeSignature(SignatureNames.Instance, []));
            AddOverride(type, name, signature);
        }
    }

    /// <summary>Looks for what a method overrides: up the base types, to the first one that declares it.</summary>
    private void AddOverride(MetadataType type, string name, string signature)
    {
        (string Assembly, MetadataType Type)? firstOfMlNet = null;
        string assembly = "";
        for (MetadataType? ancestor = BaseOf(type, ref assembly); ancestor is { } current; ancestor = BaseOf(current, ref assembly))
        {
            if (current.Reader != _user)
                firstOfMlNet ??= (assembly, current);

            if (current.FindMethod(name, signature) is not { } overridden || !overridden.Attributes.HasFlag(MethodAttributes.Virtual))
                continue;

            // An override among the user's own types is looked at when its turn comes.
            if (current.Reader != _user)
            {
                string declared = SignatureNames.Of(overridden.DecodeSignature(SignatureNames.Instance, []));
                _members.Add(new MlNetMember(assembly, Display(current.FullName, name, declared), StateOf(current, overridden.Attributes)));
            }

            return;
        }

        if (firstOfMlNet is { } missing && !ObjectMethods.Contains(name))
            _members.Add(new MlNetMember(missing.Assembly, Display(missing.Type.FullName, name, signature), MlNetMemberState.Missing));
    }

    /// <summary>The base type, as long as it is one of the user's own or of ML.NET.</summary>
    private MetadataType? BaseOf(MetadataType type, ref string assembly)
    {
        MetadataReader reader = type.Reader;
        EntityHandle handle = type.Definition.BaseType;
        ImmutableArray<string> arguments = [];
        if (!handle.IsNil && handle.Kind == HandleKind.TypeSpecification)
            handle = GenericDefinition(reader, (TypeSpecificationHandle)handle, type.Arguments, out arguments);

        if (handle.IsNil)
            return null;
        if (handle.Kind == HandleKind.TypeDefinition)
            return new MetadataType(reader, (TypeDefinitionHandle)handle, arguments);

        if (OpenMlNet(reader, (TypeReferenceHandle)handle, out string referenced) is not { } mlNet
            || !TypesByName(mlNet).TryGetValue(SignatureNames.FullName(reader, (TypeReferenceHandle)handle), out TypeDefinitionHandle definition))
        {
            return null;
        }

        assembly = referenced;
        return new MetadataType(mlNet, definition, arguments);
    }

    /// <summary>The generic type and the type arguments of an instantiation; no type for arrays, pointers and the like.</summary>
    private static EntityHandle GenericDefinition(
        MetadataReader reader, TypeSpecificationHandle handle, ImmutableArray<string> context, out ImmutableArray<string> arguments)
    {
        // ECMA-335, II.23.2.12 and II.23.2.14: GENERICINST (CLASS | VALUETYPE) type, number of arguments, arguments.
        arguments = [];
        BlobReader blob = reader.GetBlobReader(reader.GetTypeSpecification(handle).Signature);
        if (blob.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance)
            return default;

        _ = blob.ReadSignatureTypeCode();
        EntityHandle type = blob.ReadTypeHandle();
        int count = blob.ReadCompressedInteger();
        SignatureDecoder<string, ImmutableArray<string>> decoder = new(SignatureNames.Instance, reader, context);
        ImmutableArray<string>.Builder names = ImmutableArray.CreateBuilder<string>(count);
        for (int i = 0; i < count; i++)
            names.Add(decoder.DecodeType(ref blob));

        arguments = names.MoveToImmutable();
        return type;
    }

    private MetadataReader? OpenMlNet(MetadataReader reader, TypeReferenceHandle handle, out string assembly)
    {
        EntityHandle scope = handle;
        while (scope.Kind == HandleKind.TypeReference)
            scope = reader.GetTypeReference((TypeReferenceHandle)scope).ResolutionScope;

        assembly = scope.Kind == HandleKind.AssemblyReference
            ? reader.GetString(reader.GetAssemblyReference((AssemblyReferenceHandle)scope).Name)
            : "";
        if (!_mlNetImages.TryGetValue(assembly, out PEReader? image))
        {
            image = _readMlNet(assembly) is { } bytes ? new PEReader(ImmutableArray.Create(bytes)) : null;
            _mlNetImages.Add(assembly, image);
        }

        return image?.GetMetadataReader();
    }

    private Dictionary<string, TypeDefinitionHandle> TypesByName(MetadataReader reader)
    {
        if (!_typesByName.TryGetValue(reader, out Dictionary<string, TypeDefinitionHandle>? types))
        {
            types = reader.TypeDefinitions.ToDictionary(handle => SignatureNames.FullName(reader, handle));
            _typesByName.Add(reader, types);
        }

        return types;
    }

    private static MlNetMemberState StateOf(MetadataReader reader, TypeDefinitionHandle handle)
    {
        for (; !handle.IsNil; handle = reader.GetTypeDefinition(handle).GetDeclaringType())
        {
            TypeAttributes visibility = reader.GetTypeDefinition(handle).Attributes & TypeAttributes.VisibilityMask;
            if (visibility is not (TypeAttributes.Public or TypeAttributes.NestedPublic or TypeAttributes.NestedFamily or TypeAttributes.NestedFamORAssem))
                return MlNetMemberState.Internal;
        }

        return MlNetMemberState.Public;
    }

    private static MlNetMemberState StateOf(MetadataType type, MethodAttributes attributes) =>
        (attributes & MethodAttributes.MemberAccessMask) is MethodAttributes.Public or MethodAttributes.Family or MethodAttributes.FamORAssem
            ? StateOf(type.Reader, type.Handle)
            : MlNetMemberState.Internal;

    private static string Display(string type) => type.Replace('+', '.');

    /// <summary>Type.Member(ParameterType, ...), the parameter types without what they are nested in.</summary>
    private static string Display(string type, string member, string signature)
    {
        string parameters = signature.Split(" : ")[0];
        return $"{Display(type)}.{member}{Qualifiers().Replace(parameters, "")}";
    }

    [GeneratedRegex(@"[\w`]+[.+]")]
    private static partial Regex Qualifiers();
}

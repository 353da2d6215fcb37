using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Microsoft.ML.DenseNet.Build;

/// <summary>Makes internal members public by patching the visibility bits of an assembly's metadata tables in place.</summary>
/// <remarks>
/// Nothing moves: the flags of a TypeDef row are its first four bytes, those of a Field row its first two, and those of a
/// MethodDef row two bytes after RVA (4) and ImplFlags (2); see ECMA-335, II.22. Private members stay private, and
/// `protected internal` stays as it is, because an override in another assembly is spelled `protected` either way.
/// </remarks>
internal static class MetadataWidener
{
    private const int MethodFlagsOffset = 6;

    /// <summary>Widens every internal member of the assembly in <paramref name="image"/>.</summary>
    /// <returns>The number of types, methods and fields that changed.</returns>
    public static int Widen(byte[] image)
    {
        using PEReader pe = new(new MemoryStream(image, writable: false), PEStreamOptions.PrefetchMetadata);
        MetadataReader reader = pe.GetMetadataReader();
        int metadataStart = pe.PEHeaders.MetadataStartOffset;
        int widened = 0;

        int RowOffset(TableIndex table, EntityHandle handle) =>
            metadataStart + reader.GetTableMetadataOffset(table)
            + (MetadataTokens.GetRowNumber(handle) - 1) * reader.GetTableRowSize(table);

        foreach (TypeDefinitionHandle handle in reader.TypeDefinitions)
        {
            TypeDefinition type = reader.GetTypeDefinition(handle);
            if (BelongsToCompiler(reader, type))
                continue;

            TypeAttributes visibility = Widen(type.Attributes & TypeAttributes.VisibilityMask);
            widened += SetLowBits(image, RowOffset(TableIndex.TypeDef, handle), (int)TypeAttributes.VisibilityMask, (int)visibility);

            foreach (MethodDefinitionHandle method in type.GetMethods())
            {
                MethodAttributes access = Widen(reader.GetMethodDefinition(method).Attributes & MethodAttributes.MemberAccessMask);
                int offset = RowOffset(TableIndex.MethodDef, method) + MethodFlagsOffset;
                widened += SetLowBits(image, offset, (int)MethodAttributes.MemberAccessMask, (int)access);
            }

            foreach (FieldDefinitionHandle field in type.GetFields())
            {
                // Field and method accesses have the same values.
                var access = (MethodAttributes)(reader.GetFieldDefinition(field).Attributes & FieldAttributes.FieldAccessMask);
                widened += SetLowBits(image, RowOffset(TableIndex.Field, field), (int)FieldAttributes.FieldAccessMask, (int)Widen(access));
            }
        }

        return widened;
    }

    /// <summary>
    /// Whether a type is compiler-generated, or a stand-in for one in a newer framework: public, it would clash with the real one.
    /// </summary>
    private static bool BelongsToCompiler(MetadataReader reader, TypeDefinition type)
    {
        while (!type.GetDeclaringType().IsNil)
            type = reader.GetTypeDefinition(type.GetDeclaringType());

        string @namespace = reader.GetString(type.Namespace);
        return reader.GetString(type.Name).StartsWith("<", StringComparison.Ordinal)
            || @namespace == "System"
            || @namespace.StartsWith("System.", StringComparison.Ordinal)
            || @namespace == "Microsoft.CodeAnalysis";
    }

    private static TypeAttributes Widen(TypeAttributes visibility) => visibility switch
    {
        TypeAttributes.NotPublic => TypeAttributes.Public,
        TypeAttributes.NestedAssembly => TypeAttributes.NestedPublic,
        TypeAttributes.NestedFamANDAssem => TypeAttributes.NestedFamily,
        _ => visibility,
    };

    private static MethodAttributes Widen(MethodAttributes access) => access switch
    {
        MethodAttributes.Assembly => MethodAttributes.Public,
        MethodAttributes.FamANDAssem => MethodAttributes.Family,
        _ => access,
    };

    /// <summary>Both masks, and so all their values, are in the lowest byte of the little-endian flags.</summary>
    private static int SetLowBits(byte[] image, int offset, int mask, int value)
    {
        byte before = image[offset];
        image[offset] = (byte)((before & ~mask) | value);
        return image[offset] == before ? 0 : 1;
    }
}

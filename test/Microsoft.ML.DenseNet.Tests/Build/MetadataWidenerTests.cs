using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Microsoft.ML.Data;
using Microsoft.ML.DenseNet.Build;

namespace Microsoft.ML.DenseNet.Tests.Build;

[TestClass]
public sealed class MetadataWidenerTests
{
    [TestMethod]
    public void InternalMembersBecomePublicAndPrivateOnesStay()
    {
        byte[] image = File.ReadAllBytes(typeof(TransformerChain).Assembly.Location);
        using PEReader real = new(new MemoryStream([.. image]));
        MetadataReader before = real.GetMetadataReader();

        int widened = MetadataWidener.Widen(image);

        using PEReader copy = new(new MemoryStream(image));
        MetadataReader after = copy.GetMetadataReader();
        int changed = 0;
        foreach (TypeDefinitionHandle handle in before.TypeDefinitions)
        {
            TypeDefinition oldType = before.GetTypeDefinition(handle);
            TypeDefinition newType = after.GetTypeDefinition(handle);
            bool skipped = IsCompilers(before, oldType);

            TypeAttributes oldVisibility = oldType.Attributes & TypeAttributes.VisibilityMask;
            Assert.AreEqual(skipped ? oldVisibility : Expected(oldVisibility), newType.Attributes & TypeAttributes.VisibilityMask);
            Assert.AreEqual(oldType.Attributes & ~TypeAttributes.VisibilityMask, newType.Attributes & ~TypeAttributes.VisibilityMask);
            changed += oldType.Attributes == newType.Attributes ? 0 : 1;

            foreach (MethodDefinitionHandle method in oldType.GetMethods())
            {
                MethodAttributes old = before.GetMethodDefinition(method).Attributes;
                MethodAttributes now = after.GetMethodDefinition(method).Attributes;
                MethodAttributes access = old & MethodAttributes.MemberAccessMask;
                Assert.AreEqual((old & ~MethodAttributes.MemberAccessMask) | (skipped ? access : Expected(access)), now);
                changed += old == now ? 0 : 1;
            }

            foreach (FieldDefinitionHandle field in oldType.GetFields())
            {
                FieldAttributes old = before.GetFieldDefinition(field).Attributes;
                FieldAttributes now = after.GetFieldDefinition(field).Attributes;
                var access = (MethodAttributes)(old & FieldAttributes.FieldAccessMask);
                Assert.AreEqual((old & ~FieldAttributes.FieldAccessMask) | (FieldAttributes)(skipped ? access : Expected(access)), now);
                changed += old == now ? 0 : 1;
            }
        }

        Assert.IsGreaterThan(1000, changed);
        Assert.AreEqual(changed, widened);
    }

    [TestMethod]
    public void AWidenedAssemblyIsNotWidenedAgain()
    {
        byte[] image = File.ReadAllBytes(typeof(MLContext).Assembly.Location);
        Assert.IsGreaterThan(0, MetadataWidener.Widen(image));
        byte[] once = [.. image];

        Assert.AreEqual(0, MetadataWidener.Widen(image));
        CollectionAssert.AreEqual(once, image);
    }

    private static bool IsCompilers(MetadataReader reader, TypeDefinition type)
    {
        while (!type.GetDeclaringType().IsNil)
            type = reader.GetTypeDefinition(type.GetDeclaringType());

        string name = $"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}";
        return name.StartsWith("System.", StringComparison.Ordinal)
            || name.StartsWith("Microsoft.CodeAnalysis.", StringComparison.Ordinal)
            || name.StartsWith(".<", StringComparison.Ordinal);
    }

    private static TypeAttributes Expected(TypeAttributes visibility) => visibility switch
    {
        TypeAttributes.NotPublic => TypeAttributes.Public,
        TypeAttributes.NestedAssembly => TypeAttributes.NestedPublic,
        TypeAttributes.NestedFamANDAssem => TypeAttributes.NestedFamily,
        _ => visibility,
    };

    private static MethodAttributes Expected(MethodAttributes access) => access switch
    {
        MethodAttributes.Assembly => MethodAttributes.Public,
        MethodAttributes.FamANDAssem => MethodAttributes.Family,
        _ => access,
    };
}

using System.Reflection;
using System.Text;
using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests.Interop;

[TestClass]
public sealed class FriendAccessTests
{
    private const string ListPath = "src/Microsoft.ML.DenseNet.Scoring/Interop/internals.txt";
    private const string UpdateVariable = "DENSENET_UPDATE_INTERNALS";

    /// <summary>The assemblies with access to ML.NET's internals.</summary>
    private static readonly Assembly[] Libraries = [typeof(DenseNetBinaryTransformer).Assembly, typeof(DenseNetOptions).Assembly];

    private static readonly string MlNetVersion =
        typeof(MLContext).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    [TestMethod]
    public void AClassOutsideOfMlNetOverridesItsPrivateProtectedMembers()
    {
        MLContext context = new(seed: 1);
        IDataView rows = context.Data.LoadFromEnumerable([new Row { Number = 1 }, new Row { Number = 2 }]);

        IDataView transformed = new ConstantColumn(context).Transform(rows);

        CollectionAssert.AreEqual(new[] { 7f, 7f }, transformed.GetColumn<float>("Seven").ToArray());
    }

    [TestMethod]
    public void MlNetHasEveryMemberThatTheLibraryUses()
    {
        string[] missing = Missing(MembersUsedByLibraries());
        Assert.IsEmpty(missing, string.Join(Environment.NewLine, missing));

        // Loads every base type and interface, which fails where one gained a member that the library does not implement.
        foreach (Assembly library in Libraries)
            Assert.IsNotEmpty(library.GetTypes());
    }

    [TestMethod]
    public void TheListOfInternalsIsWhatTheLibraryUses()
    {
        string path = Path.Combine(RepositoryRoot(), ListPath);
        string actual = Describe(MembersUsedByLibraries());
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
            File.WriteAllText(path, actual);

        string listed = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        Assert.IsTrue(listed == actual, $"{ListPath} should be:\n\n{actual}\nThis test writes it when {UpdateVariable}=1 is set.");
    }

    [TestMethod]
    [DataRow("Microsoft.ML.Data", "MakeRowMapper", "Microsoft.ML.Data.RowToRowTransformerBase.MakeRowMapper(DataViewSchema)", DisplayName = "overridden")]
    [DataRow("Microsoft.ML.Core", "Register", "Microsoft.ML.Runtime.IHostEnvironment.Register(String, Nullable`1<Int32>, Nullable`1<Boolean>)", DisplayName = "called")]
    [DataRow("Microsoft.ML.Data", "IRowMapper", "Microsoft.ML.Data.IRowMapper", DisplayName = "a type")]
    public void AMemberThatANewerMlNetLacksIsNamed(string assembly, string renamed, string expected)
    {
        byte[]? ReadNewerMlNet(string name) => name == assembly ? Rename(ReadMlNet(name)!, renamed) : ReadMlNet(name);

        Assert.IsEmpty(Missing(MembersUsedBy(typeof(ConstantColumn).Assembly, ReadMlNet)));
        string[] missing = Missing(MembersUsedBy(typeof(ConstantColumn).Assembly, ReadNewerMlNet));

        CollectionAssert.Contains(missing, $"ML.NET {MlNetVersion} no longer has {expected} in {assembly}.");
    }

    private static IReadOnlyList<MlNetMember> MembersUsedBy(Assembly user, Func<string, byte[]?> readMlNet)
    {
        using MlNetUsage usage = new(File.ReadAllBytes(user.Location), readMlNet);
        return usage.Find();
    }

    private static IReadOnlyList<MlNetMember> MembersUsedByLibraries() =>
        [.. Libraries.SelectMany(library => MembersUsedBy(library, ReadMlNet)).Distinct().OrderBy(member => member.Assembly, StringComparer.Ordinal).ThenBy(member => member.Name, StringComparer.Ordinal)];

    private static string[] Missing(IReadOnlyList<MlNetMember> members) =>
    [
        .. members.Where(member => member.State == MlNetMemberState.Missing)
            .Select(member => $"ML.NET {MlNetVersion} no longer has {member.Name} in {member.Assembly}."),
    ];

    private static string Describe(IReadOnlyList<MlNetMember> members)
    {
        StringBuilder text = new();
        text.Append("The members of ML.NET outside of its public API that this library uses or overrides.\n");
        text.Append($"A test compares the two; with {UpdateVariable}=1 in its environment it writes this file.\n");
        foreach (IGrouping<string, MlNetMember> assembly in members.Where(member => member.State == MlNetMemberState.Internal).GroupBy(member => member.Assembly))
        {
            text.Append($"\n{assembly.Key}\n");
            foreach (MlNetMember member in assembly)
                text.Append($"  {member.Name}\n");
        }

        return text.ToString();
    }

    private static byte[]? ReadMlNet(string assembly)
    {
        bool isMlNet = assembly == "Microsoft.ML" || assembly.StartsWith("Microsoft.ML.", StringComparison.Ordinal);
        bool isOurs = assembly.StartsWith("Microsoft.ML.DenseNet", StringComparison.Ordinal);
        return isMlNet && !isOurs ? File.ReadAllBytes(Assembly.Load(assembly).Location) : null;
    }

    /// <summary>Changes the last letter of a name in the #Strings heap, which has each name, or end of a name, once.</summary>
    private static byte[] Rename(byte[] image, string name)
    {
        int position = image.AsSpan().IndexOf(Encoding.ASCII.GetBytes($"{name}\0"));
        Assert.IsGreaterThan(0, position);
        image[position + name.Length - 1] = (byte)'_';
        return image;
    }

    private static string RepositoryRoot() =>
        typeof(FriendAccessTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "RepositoryRoot").Value!;

    private sealed class Row
    {
        public float Number { get; set; }
    }
}

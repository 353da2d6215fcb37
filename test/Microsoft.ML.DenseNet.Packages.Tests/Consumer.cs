using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet.Packages.Tests;

/// <summary>A project of a user: outside of the repository, with the packages from the feed, and a package folder that knows none of them.</summary>
internal sealed class Consumer : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private readonly string _name;

    /// <param name="name">The name of the program in Consumers.</param>
    /// <param name="packages">Id and version of each package that the project references.</param>
    public Consumer(string name, params (string Id, string Version)[] packages)
    {
        _name = name;
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Consumers", $"{name}.cs"), Path.Combine(_folder, "Program.cs"));
        string references = string.Join("\n    ", packages.Select(package => $"""<PackageReference Include="{package.Id}" Version="{package.Version}" />"""));
        File.WriteAllText(Path.Combine(_folder, $"{name}.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <InvariantGlobalization>true</InvariantGlobalization>
                <RuntimeIdentifier>{RuntimeInformation.RuntimeIdentifier}</RuntimeIdentifier>
                <CreateHardLinksForPublishFilesIfPossible>true</CreateHardLinksForPublishFilesIfPossible>
              </PropertyGroup>
              <ItemGroup>
                {references}
              </ItemGroup>
            </Project>
            """);
        File.WriteAllText(Path.Combine(_folder, "nuget.config"), $"""
            <configuration>
              <packageSources>
                <add key="tested" value="{PackedFeed.Folder}" />
              </packageSources>
            </configuration>
            """);
    }

    /// <summary>Publishes the project.</summary>
    /// <returns>What was published.</returns>
    public Publication Publish(PublishKind kind)
    {
        string folder = Path.Combine(_folder, kind.ToString());
        string[] properties = kind switch
        {
            PublishKind.FrameworkDependent => ["--self-contained", "false"],
            PublishKind.SelfContained => ["--self-contained", "true"],
            _ => ["--self-contained", "true", "-p:PublishSingleFile=true"],
        };
        string printed = DotNet.Sdk(
            _folder,
            ["publish", "-c", "Release", "-o", folder, .. properties],
            ("NUGET_PACKAGES", Path.Combine(_folder, "packages")),
            ("NUGET_FALLBACK_PACKAGES", Settings.RestoredPackages));
        Assert.DoesNotContain("warning", printed);
        return new Publication(folder, _name, kind);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}

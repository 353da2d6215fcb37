namespace Microsoft.ML.DenseNet.Tests;

/// <summary>What a page's code becomes: a class that runs it.</summary>
public abstract class SnippetProgram
{
    /// <summary>Runs the code, in a folder that holds <c>model.zip</c> and that the code may write to.</summary>
    public abstract Task Run();

    /// <summary>What a page says must hold after its code.</summary>
    protected internal static void Check(bool holds, string condition) => Assert.IsTrue(holds, $"After the code of the page, this does not hold: {condition}");
}

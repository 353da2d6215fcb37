namespace Microsoft.ML.DenseNet;

/// <summary>
/// A number as a type, so that the JIT compiles a kernel for each of its values and drops the branches that a value excludes.
/// </summary>
internal interface IConstant
{
    static abstract int Value { get; }

    internal readonly struct One : IConstant
    {
        public static int Value => 1;
    }

    internal readonly struct Two : IConstant
    {
        public static int Value => 2;
    }

    internal readonly struct Three : IConstant
    {
        public static int Value => 3;
    }

    internal readonly struct Four : IConstant
    {
        public static int Value => 4;
    }

    internal readonly struct Six : IConstant
    {
        public static int Value => 6;
    }

    internal readonly struct Eight : IConstant
    {
        public static int Value => 8;
    }
}

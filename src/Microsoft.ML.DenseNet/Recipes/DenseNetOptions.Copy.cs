namespace Microsoft.ML.DenseNet;

/// <content>Copying.</content>
public abstract partial class DenseNetOptions
{
    /// <summary>Returns a copy that can be changed without changing the original.</summary>
    internal DenseNetOptions Copy()
    {
        var copy = (DenseNetOptions)MemberwiseClone();
        copy.Observers = [.. Observers];
        return copy;
    }
}

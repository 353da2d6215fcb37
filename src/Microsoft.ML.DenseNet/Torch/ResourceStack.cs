namespace Microsoft.ML.DenseNet;

/// <summary>What is given back together, the last first; whatever was added is, even where making a later resource fails.</summary>
internal sealed class ResourceStack : IDisposable
{
    private readonly Stack<IDisposable> _resources = [];

    /// <summary>Takes a resource over; gives it back.</summary>
    public TResource Add<TResource>(TResource resource)
        where TResource : IDisposable
    {
        _resources.Push(resource);
        return resource;
    }

    public void Dispose()
    {
        while (_resources.TryPop(out var resource))
            resource.Dispose();
    }
}

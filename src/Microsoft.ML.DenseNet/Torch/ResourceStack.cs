namespace Microsoft.ML.DenseNet;

/// <summary>Resources that are disposed together, the last one first, even if creating a later resource fails.</summary>
internal sealed class ResourceStack : IDisposable
{
    private readonly Stack<IDisposable> _resources = [];

    /// <summary>Takes ownership of a resource and returns it.</summary>
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

namespace WebApi.Models;

/// <summary>The version of a model that is served now. Requests read it, the <see cref="ModelReloader{TModel}"/> replaces it.</summary>
/// <remarks>
/// Nothing else holds on to a version: when the last request that took it has ended, the garbage collector takes it.
/// </remarks>
internal sealed class ServedModel<TModel>(string name) : IServedModel
    where TModel : class
{
    private readonly List<WeakReference> _versions = [];
    private volatile ModelVersion<TModel>? _current;
    private volatile string? _fault;

    public string Name => name;

    public string? Version => _current?.Name;

    public string? Fault => _fault;

    public int VersionsInMemory
    {
        get
        {
            lock (_versions)
            {
                _versions.RemoveAll(version => !version.IsAlive);
                return _versions.Count;
            }
        }
    }

    /// <summary>The version for a new request; null until a first file was loaded.</summary>
    public ModelVersion<TModel>? Current => _current;

    /// <summary>Serves another version from now on.</summary>
    public void Replace(ModelVersion<TModel> version)
    {
        lock (_versions)
            _versions.Add(new WeakReference(version.Model));
        _current = version;
        _fault = null;
    }

    /// <summary>Keeps the current version, because the file cannot be served; null if the file is again the one that is served.</summary>
    public void Keep(string? fault) => _fault = fault;
}

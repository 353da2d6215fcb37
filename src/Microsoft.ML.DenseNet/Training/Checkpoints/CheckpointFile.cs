namespace Microsoft.ML.DenseNet;

/// <summary>The file with the state of one training run. It is replaced as a whole or not at all.</summary>
internal sealed class CheckpointFile
{
    private const int FormatVersion = 1;
    private const int MaximumHeaderLength = 1 << 20;
    private const string Remedy = $"Delete it, and the training starts anew; or name another folder in {nameof(DenseNetOptions.CheckpointDirectory)}.";

    private readonly SealedFile _format;

    public CheckpointFile(string path)
    {
        Path = path;
        _format = new SealedFile("DNCHECKP", FormatVersion, MaximumHeaderLength, $"The checkpoint '{path}'", Remedy);
    }

    public string Path { get; }

    public bool Exists => File.Exists(Path);

    /// <summary>Checks the file; returns which training run it belongs to.</summary>
    /// <exception cref="FormatException">It is damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public CheckpointHeader ReadHeader()
    {
        using var stream = OpenToRead();
        return CheckpointHeader.FromJson(_format.Open(stream).Header, _format);
    }

    /// <summary>Reads the state.</summary>
    /// <param name="expected">The training run that resumes from it.</param>
    /// <param name="load">Reads the state.</param>
    /// <exception cref="FormatException">The file is damaged.</exception>
    /// <exception cref="InvalidOperationException">The file belongs to another training run.</exception>
    public void Load(CheckpointHeader expected, Action<ValueReader> load)
    {
        using var stream = OpenToRead();
        var (text, values) = _format.Open(stream);
        Check(CheckpointHeader.FromJson(text, _format), expected);
        load(values);
        values.Done();
    }

    /// <summary>Rejects a file that belongs to another training run.</summary>
    /// <exception cref="InvalidOperationException">It does.</exception>
    public void Check(CheckpointHeader found, CheckpointHeader expected)
    {
        if (found.DifferenceTo(expected) is { } difference)
            throw new InvalidOperationException($"The checkpoint '{Path}' is of another training: {difference}. {Remedy}");
    }

    /// <summary>Checks, before the first epoch is trained, that the file can be written.</summary>
    /// <exception cref="IOException">It cannot.</exception>
    public void CheckPlace()
    {
        if ((PathFault.OfLink(Path) ?? PathFault.OfNewFile(PathFault.FollowLinks(Path))) is { } fault)
            throw new IOException($"The checkpoint '{Path}' cannot be written: {fault}. {Remedy}");
    }

    /// <summary>Writes the state. Whatever happens, either the old file or the new one is there, complete.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(CheckpointHeader header, Action<ValueWriter> save) => AtomicFile.Write(
        Path,
        "The checkpoint",
        stream => _format.Save(stream, header.ToJson(), save),
        $"Make room or give access there, name another folder in {nameof(DenseNetOptions.CheckpointDirectory)}, or leave it out.");

    /// <summary>Deletes the file, and any remains of it from a killed process.</summary>
    public void Delete()
    {
        AtomicFile.RemoveLeftovers(Path);
        File.Delete(Path);
    }

    private FileStream OpenToRead()
    {
        try
        {
            return File.OpenRead(Path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The checkpoint '{Path}' cannot be read: {PathFault.OfLink(Path) ?? failure.Message.TrimEnd('.')}. {Remedy}", failure.HResult);
        }
    }
}

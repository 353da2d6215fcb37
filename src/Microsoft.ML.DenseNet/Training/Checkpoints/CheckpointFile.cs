namespace Microsoft.ML.DenseNet;

/// <summary>The file of one training's state. It is replaced as a whole or not at all.</summary>
internal sealed class CheckpointFile
{
    private const int FormatVersion = 1;
    private const int MaximumHeaderLength = 1 << 20;
    private const int BufferLength = 1 << 16;
    private const string Remedy = $"Delete it, and the training starts anew; or name another folder in {nameof(DenseNetOptions.CheckpointDirectory)}.";

    private readonly SealedFile _format;

    public CheckpointFile(string path)
    {
        Path = path;
        _format = new SealedFile("DNCHECKP", FormatVersion, MaximumHeaderLength, $"The checkpoint '{path}'", Remedy);
    }

    public string Path { get; }

    public bool Exists => File.Exists(Path);

    /// <summary>The file that is written before it takes the other's place.</summary>
    private string Unfinished => Path + ".tmp";

    /// <summary>Checks the file; says what training it is of.</summary>
    /// <exception cref="FormatException">It is damaged.</exception>
    public CheckpointHeader ReadHeader()
    {
        using var stream = File.OpenRead(Path);
        return CheckpointHeader.FromJson(_format.Open(stream).Header, _format);
    }

    /// <summary>Reads the state.</summary>
    /// <param name="expected">The training that wants it.</param>
    /// <param name="load">Reads it.</param>
    /// <exception cref="FormatException">The file is damaged.</exception>
    /// <exception cref="InvalidOperationException">The file is of another training.</exception>
    public void Load(CheckpointHeader expected, Action<ValueReader> load)
    {
        using var stream = File.OpenRead(Path);
        var (text, values) = _format.Open(stream);
        Check(CheckpointHeader.FromJson(text, _format), expected);
        load(values);
        values.Done();
    }

    /// <summary>Refuses a file of another training.</summary>
    /// <exception cref="InvalidOperationException">It is one.</exception>
    public void Check(CheckpointHeader found, CheckpointHeader expected)
    {
        if (found.DifferenceTo(expected) is { } difference)
            throw new InvalidOperationException($"The checkpoint '{Path}' is of another training: {difference}. {Remedy}");
    }

    /// <summary>Writes the state. Whatever happens, there is the older file or the new one, whole.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(CheckpointHeader header, Action<ValueWriter> save)
    {
        try
        {
            using (var stream = new FileStream(Unfinished, FileMode.Create, FileAccess.Write, FileShare.None, BufferLength))
            {
                _format.Save(stream, header.ToJson(), save);
                stream.Flush(flushToDisk: true); // a new name for content that is not on the disk would survive a power cut alone
            }

            File.Move(Unfinished, Path, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            RemoveUnfinished();
            throw new IOException($"The checkpoint '{Path}' could not be written: {failure.Message} Make room or give access there, name another folder in {nameof(DenseNetOptions.CheckpointDirectory)}, or leave it out. An older checkpoint is kept.", failure.HResult);
        }
    }

    public void Delete()
    {
        File.Delete(Unfinished);
        File.Delete(Path);
    }

    /// <summary>Gives the room back that half a file takes where there is none left.</summary>
    private void RemoveUnfinished()
    {
        try
        {
            File.Delete(Unfinished);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The reason why it could not be written says more.
        }
    }
}

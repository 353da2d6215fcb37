using System.Diagnostics;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// A folder with the history of a tuning, in the file <c>journal.jsonl</c>: a header, and a line for each rung that a trial has reached
/// and for the end of each trial. Lines are only ever added, one process at a time, and each is on the disk before its writer goes on.
/// </summary>
/// <remarks>Safe for several threads and several processes. A last line without an end is what a killed process left, and is dropped.</remarks>
internal sealed class TuningJournal
{
    public const string Remedy = $"Delete the folder to tune anew, or name another in {nameof(DenseNetTuningOptions.JournalDirectory)}.";

    private const string FileName = "journal.jsonl";

    private const int IdleMilliseconds = 5;

    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly string _path;
    private readonly TuningSpace _space;
    private readonly Action<string> _warn;
    private readonly Lock _lock = new();
    private readonly SortedDictionary<int, List<TuningRung>> _rungs = [];
    private readonly SortedDictionary<int, TuningTrial> _ended = [];
    private long _read;
    private int _lines = 1;

    private TuningJournal(string folder, TuningSpace space, Action<string> warn)
    {
        Folder = folder;
        _path = Path.Combine(folder, FileName);
        _space = space;
        _warn = warn;
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The header.</summary>
    public JournalHeader Header { get; private set; } = new(0, []);

    /// <summary>Opens the journal in a folder, or begins one.</summary>
    /// <param name="folder">The folder; it exists.</param>
    /// <param name="header">What is tuned.</param>
    /// <param name="takesSeed">Whether the seed of an existing journal is as good as that of the header.</param>
    /// <param name="space">The space.</param>
    /// <param name="warn">Called if the file system does not lock files.</param>
    /// <exception cref="FormatException">The file is not a journal, or is damaged.</exception>
    /// <exception cref="InvalidOperationException">It is the journal of another tuning; the message names the difference.</exception>
    /// <exception cref="IOException">The file cannot be read or written.</exception>
    public static TuningJournal Open(string folder, JournalHeader header, bool takesSeed, TuningSpace space, Action<string> warn)
    {
        var journal = new TuningJournal(folder, space, warn);
        using (journal.Reserve())
        {
            using var file = journal.OpenToWrite();
            if (FirstLine(ReadAll(file)) is null)
            {
                file.SetLength(0); // nothing, or a header that a killed process has not finished
                Write(file, header.ToLine());
            }
        }

        var existing = FirstLine(File.ReadAllBytes(journal._path))!;
        journal.Header = JournalHeader.Parse(existing, journal._path);
        if (journal.Header.DifferenceTo(takesSeed ? header with { Seed = journal.Header.Seed } : header) is { } difference)
            throw new InvalidOperationException($"The journal in '{folder}' is of another tuning: {difference}. {Remedy}");
        journal._read = existing.Length + 1;
        journal.Refresh();
        return journal;
    }

    /// <summary>How many bytes of the file have been read.</summary>
    public long Position
    {
        get
        {
            lock (_lock)
                return _read;
        }
    }

    /// <summary>Reads exactly as far as other processes have read, who have at least come this far.</summary>
    /// <param name="position">The <see cref="Position"/> of the one that has read most.</param>
    /// <exception cref="FormatException">A line is damaged.</exception>
    /// <exception cref="IOException">What others have written does not arrive.</exception>
    public void RefreshTo(long position)
    {
        var waiting = Stopwatch.StartNew();
        for (Refresh(position); Position < position; Refresh(position))
        {
            if (waiting.Elapsed > LongestWait)
                throw new IOException($"The journal in '{Folder}' ends at byte {Position} here, although another process has read {position} bytes of it: the file system does not show all processes the same file.");
            Thread.Sleep(IdleMilliseconds);
        }
    }

    /// <summary>Reads what other threads and processes have added.</summary>
    /// <param name="limit">No line that ends after this byte is read.</param>
    /// <exception cref="FormatException">A line is damaged.</exception>
    public void Refresh(long limit = long.MaxValue)
    {
        lock (_lock)
        {
            using var file = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            file.Position = _read;
            byte[] rest = ReadAll(file);
            int start = 0;
            for (int end; (end = rest.AsSpan(start).IndexOf((byte)'\n')) >= 0 && _read + start + end < limit; start += end + 1)
            {
                _lines++;
                Add(JournalEntry.Parse(rest.AsMemory(start, end), _space) ?? throw new FormatException($"Line {_lines} of the journal '{_path}' is damaged. {Remedy}"));
            }

            _read += start;
        }
    }

    /// <summary>Adds a line; it is on the disk when this returns.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Append(JournalEntry entry)
    {
        lock (_lock)
        {
            using (Reserve())
            {
                using var file = OpenToWrite();
                file.SetLength(_read + CompleteLength(file, _read)); // drops what a killed process has not finished
                file.Position = file.Length;
                Write(file, entry.ToLine());
            }

            Refresh();
        }
    }

    /// <summary>The rungs that a trial has reached.</summary>
    public IReadOnlyList<TuningRung> RungsOf(int trial)
    {
        lock (_lock)
            return _rungs.TryGetValue(trial, out var rungs) ? [.. rungs] : [];
    }

    /// <summary>The trial with a number if it has ended; otherwise null.</summary>
    public TuningTrial? Ended(int trial)
    {
        lock (_lock)
            return _ended.GetValueOrDefault(trial);
    }

    /// <summary>All trials that have ended, by number.</summary>
    public IReadOnlyList<TuningTrial> AllEnded()
    {
        lock (_lock)
            return [.. _ended.Values];
    }

    private void Add(JournalEntry entry)
    {
        if (!_rungs.TryGetValue(entry.Trial, out var rungs))
            _rungs[entry.Trial] = rungs = [];
        if (entry.Rung is { } rung)
            rungs.Add(rung);
        if (entry.End is { } end)
            _ended[entry.Trial] = new TuningTrial(entry.Trial, end, entry.Values, [.. rungs], entry.Reason);
    }

    /// <summary>Waits until no other process writes. The lock vanishes with a process that is killed.</summary>
    private FolderLock Reserve()
    {
        var waiting = Stopwatch.StartNew();
        while (true)
        {
            if (FolderLock.TryTake(Folder, _warn) is { } taken)
                return taken;
            if (waiting.Elapsed > LongestWait)
                throw new IOException($"The journal in '{Folder}' has been locked by another process for {LongestWait.TotalSeconds} seconds: end that process, or name another folder in {nameof(DenseNetTuningOptions.JournalDirectory)}.");
            Thread.Sleep(IdleMilliseconds);
        }
    }

    private FileStream OpenToWrite() => new(_path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

    private static void Write(FileStream file, byte[] line)
    {
        file.Write(line);
        file.Flush(flushToDisk: true);
    }

    private static byte[] ReadAll(FileStream file)
    {
        byte[] bytes = new byte[Math.Max(0, file.Length - file.Position)];
        file.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>The length of the complete lines from a position on.</summary>
    private static int CompleteLength(FileStream file, long position)
    {
        file.Position = position;
        return ReadAll(file).AsSpan().LastIndexOf((byte)'\n') + 1;
    }

    private static byte[]? FirstLine(byte[] content) =>
        content.AsSpan().IndexOf((byte)'\n') is >= 0 and int end ? content[..end] : null;
}

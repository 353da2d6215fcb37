using System.Buffers.Binary;
using System.Text;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// One call of Fit, or of TuneDenseNet, that several processes make together. Before training they compare what they are about to do: the seed
/// first, then the columns, and after reading the options, data and version. A process that fails or differs by then is reported on all of
/// them; a later failure ends them all.
/// </summary>
/// <param name="workers">The processes.</param>
internal sealed class JointFit(TrainingWorkers workers)
{
    private const byte Agrees = 0, Fails = 1;

    private const string SameData = "Give all processes the same program, options and data.";

    private bool _hasAgreed;
    private bool _isOver;

    public TrainingWorkers Workers => workers;

    /// <summary>Whether the processes have begun and not ended: what they share must stay.</summary>
    public bool IsRunning => _hasAgreed && !_isOver;

    /// <summary>The processes that read the rows together, each its share; null if each reads all.</summary>
    public RowPeers? Peers => workers.Split == WorkSplit.Rows ? new RowPeers(new RowShare(workers.Rank, workers.Count), block => Meet(block)) : null;

    /// <summary>Makes the call; null stands for that of one process.</summary>
    /// <param name="workers">The processes; null for this one alone.</param>
    /// <param name="fit">Reads, trains and returns the model.</param>
    public static T Run<T>(TrainingWorkers? workers, Func<JointFit?, T> fit)
    {
        if (workers is null or { Count: 1 })
            return fit(null);
        using var turn = workers.Claim();
        if (workers is { Data: WorkData.Own, Split: not WorkSplit.Rows })
            throw new InvalidOperationException($"{nameof(DenseNetOptions.Workers)}.{nameof(workers.Data)} is {nameof(WorkData)}.{nameof(WorkData.Own)}, but with {nameof(WorkSplit)}.{workers.Split} each process trains on all rows: give all processes the same data, or set {nameof(workers.Split)} to {nameof(WorkSplit)}.{nameof(WorkSplit.Rows)}.");
        var joint = new JointFit(workers);
        try
        {
            return fit(joint);
        }
        catch (Exception failure) when (!joint._isOver)
        {
            joint.Report(failure);
            throw;
        }
    }

    /// <summary>Returns the seed that all processes use.</summary>
    /// <param name="seed">This process's seed.</param>
    /// <param name="isDrawn">Whether it was drawn at random, or found in a checkpoint; rank 0's is then used.</param>
    public int AgreeOnSeed(int seed, bool isDrawn)
    {
        var block = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(block, seed);
        byte[][] all = Meet(block);
        return isDrawn ? BinaryPrimitives.ReadInt32LittleEndian(all[0]) : seed;
    }

    /// <summary>Checks that all processes are about to read the same columns in the same way.</summary>
    /// <param name="header">What this one is about to read.</param>
    /// <exception cref="InvalidOperationException">They are not; every process throws the same message.</exception>
    public void AgreeOnReading(CheckpointHeader header) => Compare(header, workers.Data == WorkData.Own ? "Give all processes the same program, options and columns." : SameData);

    /// <summary>Checks that all processes are about to train the same networks.</summary>
    /// <param name="header">What this one is about to train.</param>
    /// <exception cref="InvalidOperationException">They are not; every process throws the same message.</exception>
    public void Agree(CheckpointHeader header)
    {
        Compare(header, SameData);
        Begin();
    }

    /// <summary>Checks that all processes are about to do the same.</summary>
    /// <typeparam name="T">What describes it.</typeparam>
    /// <param name="differs">What the message says between the names of two processes that differ.</param>
    /// <param name="block">Describes what this one is about to do.</param>
    /// <param name="read">Reads such a description.</param>
    /// <param name="difference">Says how a process's description differs from that of rank 0, given what to call the process; null if it does not.</param>
    /// <param name="remedy">What to do about it.</param>
    /// <exception cref="InvalidOperationException">They are not; every process throws the same message.</exception>
    public void Compare<T>(string differs, ReadOnlySpan<byte> block, Func<byte[], T> read, Func<T, T, string, string?> difference, string remedy = SameData)
    {
        T[] all = [.. Meet(block).Select(read)];
        for (int rank = 1; rank < all.Length; rank++)
        {
            if (difference(all[rank], all[0], $"on rank {rank}") is { } text)
                throw OnAll(new InvalidOperationException($"{Capitalized(workers.NameOf(rank))} {differs} {workers.NameOf(0)}: {text}. {remedy}"));
        }
    }

    /// <summary>Exchanges blocks with all processes; returns them by rank.</summary>
    /// <param name="block">This process's block.</param>
    /// <exception cref="InvalidOperationException">One of them has failed.</exception>
    public byte[][] Meet(ReadOnlySpan<byte> block)
    {
        byte[][] all = Exchange(Agrees, block);
        int failed = Array.FindIndex(all, answer => answer[0] == Fails);
        if (failed < 0)
            return [.. all.Select(answer => answer[1..])];
        throw OnAll(new InvalidOperationException($"{Capitalized(workers.NameOf(failed))} failed before training began, so no process trains: {Encoding.UTF8.GetString(all[failed], 1, all[failed].Length - 1)}"));
    }

    /// <summary>From now on, a process that fails ends all.</summary>
    public void Begin() => _hasAgreed = true;

    /// <summary>Says that the processes have nothing more to do together.</summary>
    public void End() => _isOver = true;

    /// <summary>Returns an exception that every process throws: there is nobody to tell of it.</summary>
    public Exception OnAll(Exception failure)
    {
        End();
        return failure;
    }

    /// <summary>Tells the other processes that this one has failed: at the next meeting, or at once if there is none before the end.</summary>
    private void Report(Exception failure)
    {
        if (_hasAgreed)
            workers.Abort(WorkerText.Of(failure));
        _isOver = true;
        Exchange(Fails, Encoding.UTF8.GetBytes(WorkerText.Of(failure)));
    }

    private void Compare(CheckpointHeader header, string remedy)
    {
        var format = new SealedFile("DNSETTNG", 1, 0, "What another process is about to train", "All processes need the same version of the program.");
        Compare("is about to train something else than", header.ToJson().Span, json => CheckpointHeader.FromJson(json, format), (theirs, first, rank) => theirs.DifferenceTo(first, rank, "on rank 0"), remedy);
    }

    private byte[][] Exchange(byte mark, ReadOnlySpan<byte> block) => workers.Exchange([mark, .. block]);

    private static string Capitalized(string name) => char.ToUpperInvariant(name[0]) + name[1..];
}

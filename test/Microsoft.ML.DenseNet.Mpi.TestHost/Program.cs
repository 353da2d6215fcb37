using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML.DenseNet;
using Microsoft.ML.DenseNet.Mpi.TestHost;

// What ranks do in the tests:
//   <split> is what ranks divide among themselves: Networks or Rows.
//   fit <split> <folder> <name>...       trains, and writes <name>-<rank>.bin with the parameters
//   own <folder> <name>...               the same with rows that only their rank has, dealt in turn
//   keep <split> <folder> <checkpoints>  trains "time" with checkpoints, reports every epoch and its process, and writes like fit
//   tune <folder> [<journal>]    tunes with the journal or a temporary one in the folder, reports its process and every trial, and writes tuned-<rank>.txt
//   exchange                     checks the exchanges against what they must give
//   throw <rank>                 a rank has an unhandled exception; the others train
//   schedule <rank>              a rank throws while it trains
//   leave <rank>                 a rank ends its program; the others train
//   differ <rank>                a rank trains another number of epochs
//   twice                        starts MPI twice
using var workers = MpiWorkers.Start();
int RankOf(string text) => int.Parse(text, CultureInfo.InvariantCulture);
switch (args)
{
    case ["fit", var split, var folder, .. var names]:
        workers.Split = Enum.Parse<WorkSplit>(split);
        workers.FewestHiddenFloats = 1; // the sums of every layer are hidden
        foreach (string name in names)
            Write(folder, name, JointTraining.Fit(name, workers));
        break;
    case ["own", var folder, .. var names]:
        (workers.Split, workers.Data) = (WorkSplit.Rows, WorkData.Own);
        foreach (string name in names)
            Write(folder, name, JointTraining.Fit(name, workers, order: Enumerable.Range(0, 300).Where(row => row % workers.Count == workers.Rank)));
        break;
    case ["keep", var split, var folder, var checkpoints]:
        workers.Split = Enum.Parse<WorkSplit>(split);
        Write(folder, "time", JointTraining.Fit("time", workers, options => (options.CheckpointDirectory, options.CheckpointInterval) = (checkpoints, TimeSpan.Zero), message =>
        {
            if (message.StartsWith("Epoch", StringComparison.Ordinal) || message.StartsWith("Resumed", StringComparison.Ordinal))
                Console.WriteLine($"process {Environment.ProcessId} rank {workers.Rank} {message}");
            Thread.Sleep(message.StartsWith("Epoch", StringComparison.Ordinal) ? 20 : 0);
        }));
        break;
    case ["tune", var folder, .. var journal]:
        Environment.SetEnvironmentVariable("TMPDIR", folder);
        var tuned = JointSearch.Run(workers, tuning =>
        {
            tuning.JournalDirectory = journal.FirstOrDefault();
            tuning.Progress = progress => Console.WriteLine($"process {Environment.ProcessId} rank {workers.Rank} trial {progress.Trial} {(progress.End is null ? $"network {progress.Rung!.Networks}" : "ended")}");
        });
        File.WriteAllText(Path.Combine(folder, $"tuned-{workers.Rank}.txt"), JointSearch.Describe(tuned));
        break;
    case ["exchange"]:
        ExchangeCheck.Run(workers);
        break;
    case ["throw", var rank]:
        if (workers.Rank == RankOf(rank))
            throw new NotSupportedException("The cable was pulled.");
        JointTraining.Fit("binary", workers);
        break;
    case ["schedule", var rank]:
        JointTraining.Fit("binary", workers, log: message =>
        {
            if (workers.Rank == RankOf(rank) && message.StartsWith("Epoch 2", StringComparison.Ordinal))
                throw new NotSupportedException("The cable was pulled.");
        });
        break;
    case ["leave", var rank]:
        if (workers.Rank != RankOf(rank))
            JointTraining.Fit("binary", workers);
        break;
    case ["differ", var rank]:
        try
        {
            JointTraining.Fit("binary", workers, options => options.NumberOfEpochs = workers.Rank == RankOf(rank) ? 3 : 4);
        }
        catch (InvalidOperationException refusal)
        {
            Console.WriteLine($"{workers.Rank}: {refusal.Message}");
            return 3;
        }

        break;
    case ["twice"]:
        MpiWorkers.Start();
        break;
    default:
        throw new ArgumentException($"Unknown: {string.Join(' ', args)}");
}

return 0;

void Write(string folder, string name, TrainedNetwork network) =>
    File.WriteAllBytes(Path.Combine(folder, $"{name}-{workers.Rank}.bin"), MemoryMarshal.AsBytes(network.Parameters.Span).ToArray());

namespace WebApi.Operations;

/// <summary>How the service stops: the section <c>Shutdown</c>.</summary>
internal sealed class ShutdownOptions
{
    /// <summary>How long the service goes on after it was told to stop, reporting that it is not ready, until load balancers have noticed.</summary>
    public TimeSpan DrainTime { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long requests then have to finish, when no new ones are accepted any more.</summary>
    public TimeSpan FinishTime { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Whether the times can be waited for.</summary>
    public bool IsValid => DrainTime >= TimeSpan.Zero && FinishTime > TimeSpan.Zero && DrainTime + FinishTime < TimeSpan.FromHours(1);
}

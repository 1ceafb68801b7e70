using SparseProf.Cli.Sweep.Folder;

namespace SparseProf.Cli.Sweep.Engines;

/// <summary>Worker processes on this machine: one at a time for each GPU, and for a processor as many as the plan says.</summary>
internal sealed class LocalEngine : ISweepEngine
{
    // A task that was asked to stop ends after its current sample.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly SweepFolder _folder;
    private readonly List<Slot> _slots;
    private readonly List<TaskStart> _waiting = [];
    private readonly Dictionary<int, string> _ends = [];
    private readonly List<(int Task, int ProcessId)> _orphans;

    public LocalEngine(SweepFolder folder)
    {
        _folder = folder;
        _slots = [.. folder.Info.Devices.SelectMany(device => device.IsGpu
            ? device.Gpus.Select(gpu => new Slot(device.Name, gpu))
            : Enumerable.Range(0, device.Workers).Select(_ => new Slot(device.Name, null)))];
        _orphans = [.. new SweepState(folder).Read().Where(task => task.Last is { Outcome: null } last && last.Host == Environment.MachineName).Select(task => (task.Task.Number, task.Last!.ProcessId))];
    }

    public TimeSpan Interval => TimeSpan.FromMilliseconds(50);

    public bool OutlivesFollower => false;

    public TimeSpan Grace => TimeSpan.Zero;

    public void Start(IReadOnlyList<TaskStart> tasks)
    {
        _waiting.AddRange(tasks);
        Fill();
    }

    public IReadOnlyDictionary<int, string>? Alive()
    {
        foreach (var slot in _slots.Where(slot => slot.Work is { IsRunning: false }))
            Reap(slot);
        Fill();
        foreach (var slot in _slots.Where(slot => slot.Work is { IsOverdue: true }))
        {
            _ends[slot.Work!.Task] = $"ended after its time limit of {slot.Work.Limit.TotalMinutes:0} min";
            slot.Work.Kill();
        }

        // Of a follower that was killed: they notice it after their current sample, and end.
        _orphans.RemoveAll(orphan => !IsTask(orphan.ProcessId));
        return _slots.Where(slot => slot.Work is not null).Select(slot => (slot.Work!.Task, "running"))
            .Concat(_waiting.Select(task => (task.Task, "waiting"))).Concat(_orphans.Select(orphan => (orphan.Task, "ending")))
            .DistinctBy(entry => entry.Item1).ToDictionary(entry => entry.Item1, entry => entry.Item2);
    }

    public string? Explain(int task) => _ends.GetValueOrDefault(task);

    public void Cancel()
    {
        _waiting.Clear();
        var running = _slots.Select(slot => slot.Work).OfType<LocalTask>().ToList();
        running.ForEach(work => work.AskToStop());
        var deadline = DateTime.UtcNow + s_patience;
        foreach (var work in running)
        {
            if (!work.WaitForExit(deadline - DateTime.UtcNow))
                work.Kill();
        }

        _slots.ForEach(Reap);
    }

    public void Dispose()
    {
        foreach (var work in _slots.Select(slot => slot.Work).OfType<LocalTask>())
        {
            work.Kill();
            work.Dispose();
        }
    }

    private static bool IsTask(int processId)
    {
        try
        {
            return File.ReadAllText($"/proc/{processId}/cmdline").Split('\0') is var words && words.Contains("sweep") && words.Contains("task");
        }
        catch (IOException)
        {
            return false;
        }
    }

    private void Fill()
    {
        foreach (var slot in _slots.Where(slot => slot.Work is null))
        {
            if (_waiting.FirstOrDefault(task => task.Device == slot.Device) is not { } next)
                continue;
            _waiting.Remove(next);
            slot.Work = new LocalTask(_folder, next, slot.Gpu);
        }
    }

    private void Reap(Slot slot)
    {
        if (slot.Work is not { } work)
            return;
        if (work.Ended is { } how)
            _ends.TryAdd(work.Task, how);
        work.Dispose();
        slot.Work = null;
    }

    private sealed class Slot(string device, int? gpu)
    {
        public string Device => device;

        public int? Gpu => gpu;

        public LocalTask? Work { get; set; }
    }
}

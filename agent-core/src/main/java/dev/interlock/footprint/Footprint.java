package dev.interlock.footprint;

import dev.interlock.effect.Access;
import dev.interlock.effect.Resource;
import dev.interlock.recording.CurrentThread;
import dev.interlock.recording.Recording;
import dev.interlock.recording.Surroundings;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Tells what the running call really touches. A tool's body says it itself, or an observer does that knows what a library
 * does for it (of a {@code DataSource}, of an HTTP client).
 *
 * {@snippet :
 * String status(int id) {
 *     Footprint.read("orders/" + id);
 *     return cache.statusOf(id);
 * }
 * }
 *
 * <p>What is told of belongs to the call whose body the current thread runs, in whatever attempt, until the body has
 * returned or thrown. If the body executes a batch of its own, what those calls touch belongs to the outer call as well.
 * Outside of a body it is ignored, and so it is where nobody listens: it costs the read of a field then.
 *
 * <p>Threads that a body starts belong to no call, unless it hands its call over to them: by {@link #wrap(Runnable)} and
 * its siblings, or by Micrometer's context propagation, with which the package {@code dev.interlock.micrometer} registers
 * an accessor.
 *
 * <p>Thread-safe. Nothing here throws but for null.
 */
public final class Footprint {

    private static final Resource FILES = Resource.of("file");

    private Footprint() {}

    /**
     * The running call reads a resource.
     *
     * @param path the path of the resource, see {@link Resource#of(String)}
     */
    public static void read(String path) {
        Objects.requireNonNull(path, "path");
        Recording recording = CurrentThread.recording();
        if (recording != null) {
            recording.add(Access.read(path));
        }
    }

    /**
     * The running call writes a resource, or may.
     *
     * @param path the path of the resource, see {@link Resource#of(String)}
     */
    public static void write(String path) {
        Objects.requireNonNull(path, "path");
        Recording recording = CurrentThread.recording();
        if (recording != null) {
            recording.add(Access.write(path));
        }
    }

    /**
     * The running call reads a file, or a folder with all that is in it. The resource is {@code file//data/notes.md}: what
     * {@code file/{path}} comes to for its absolute, normalised path. Links are not followed.
     *
     * @param file the file, absolute or relative to the current folder; one that is not of the default file system reads
     *     all of {@code file}
     */
    public static void read(Path file) {
        Objects.requireNonNull(file, "file");
        Recording recording = CurrentThread.recording();
        if (recording != null) {
            recording.add(Access.read(resource(file)));
        }
    }

    /**
     * The running call writes, makes or deletes a file, or something in a folder. The resource is as for
     * {@link #read(Path)}.
     *
     * @param file the file, absolute or relative to the current folder
     */
    public static void write(Path file) {
        Objects.requireNonNull(file, "file");
        Recording recording = CurrentThread.recording();
        if (recording != null) {
            recording.add(Access.write(resource(file)));
        }
    }

    /**
     * The running call does what an access says.
     *
     * @param access the access
     */
    public static void touch(Access access) {
        Objects.requireNonNull(access, "access");
        Recording recording = CurrentThread.recording();
        if (recording != null) {
            recording.add(access);
        }
    }

    /**
     * Tells whether what is told of now has a listener. For observers to which it is work to find out what is touched.
     *
     * @return false outside of a call, on threads of a call whose body has ended, and where nobody listens
     */
    public static boolean isWatched() {
        Recording recording = CurrentThread.recording();
        return recording != null && recording.isOpen();
    }

    private static Resource resource(Path file) {
        boolean ofThisSystem = file.getFileSystem().equals(FileSystems.getDefault());
        return ofThisSystem ? FILES.resolve(file.toAbsolutePath().normalize().toString()) : FILES;
    }

    /**
     * Hands the running call over to a task: what the task tells of, on whatever thread, belongs to the call that runs now,
     * as long as that call's body runs.
     *
     * @param task the task
     * @return the same task where no call runs, or nobody listens
     */
    public static Runnable wrap(Runnable task) {
        Objects.requireNonNull(task, "task");
        Recording recording = CurrentThread.recording();
        return recording == null ? task : () -> run(recording, task);
    }

    /**
     * Hands the running call over to a task, see {@link #wrap(Runnable)}.
     *
     * @param <T> the type of the result
     * @param task the task
     * @return the same task where no call runs, or nobody listens
     */
    public static <T extends @Nullable Object> Callable<T> wrap(Callable<T> task) {
        Objects.requireNonNull(task, "task");
        Recording recording = CurrentThread.recording();
        return recording == null ? task : () -> call(recording, task);
    }

    /**
     * Hands the call that gives a task to an executor over to that task, see {@link #wrap(Runnable)}.
     *
     * @param executor the executor
     * @return an executor that runs its tasks by that one
     */
    public static Executor wrap(Executor executor) {
        Objects.requireNonNull(executor, "executor");
        return task -> executor.execute(wrap(task));
    }

    private static void run(Recording recording, Runnable task) {
        Surroundings before = CurrentThread.record(recording);
        try {
            task.run();
        } finally {
            CurrentThread.surroundings(before);
        }
    }

    private static <T extends @Nullable Object> T call(Recording recording, Callable<T> task) throws Exception {
        Surroundings before = CurrentThread.record(recording);
        try {
            return task.call();
        } finally {
            CurrentThread.surroundings(before);
        }
    }
}

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
 * Reports what the running call really touches. A tool's body reports it, or an observer that sees what a library does
 * for the tool, such as an observer of a {@code DataSource} or of an HTTP client.
 *
 * {@snippet :
 * String status(int id) {
 *     Footprint.read("orders/" + id);
 *     return cache.statusOf(id);
 * }
 * }
 *
 * <p>A report belongs to the call whose body the current thread runs, until the body has returned or thrown. If the
 * body executes a batch of its own, what those calls touch belongs to the outer call too. Reports outside a body, or
 * without a listener, are ignored; without a listener a report costs one field read.
 *
 * <p>Threads that a body starts belong to no call unless the body hands its call over to them. {@link #wrap(Runnable)}
 * and its siblings do this, and so does Micrometer's context propagation, where the package
 * {@code dev.interlock.micrometer} registers an accessor.
 *
 * <p>Thread-safe. The methods throw only for null.
 */
public final class Footprint {

    private static final Resource FILES = Resource.of("file");

    private Footprint() {}

    /**
     * Reports that the running call reads a resource.
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
     * Reports that the running call writes a resource, or may do so.
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
     * Reports that the running call reads a file, or a folder with all its contents. The resource is the one that
     * {@code file/{path}} gives for the absolute, normalised path, such as {@code file//data/notes.md}. Links are not
     * followed.
     *
     * @param file the file, absolute or relative to the current folder; for a file of another file system than the
     *     default, the call reads all of {@code file}
     */
    public static void read(Path file) {
        Objects.requireNonNull(file, "file");
        Recording recording = CurrentThread.recording();
        if (recording != null) {
            recording.add(Access.read(resource(file)));
        }
    }

    /**
     * Reports that the running call writes, creates or deletes a file, or something in a folder. The resource is as for
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
     * Reports an access of the running call.
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
     * Tells whether a report now has a listener. Observers should check this
     * first if it is expensive to find out what a call touches.
     *
     * @return false outside a call, on threads of a call whose body has ended, and without a listener
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
     * Hands the running call over to a task. What the task reports, on any thread, belongs to the call that runs now,
     * as long as that call's body runs.
     *
     * @param task the task
     * @return the same task where no call runs, or no listener is set
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
     * @return the same task where no call runs, or no listener is set
     */
    public static <T extends @Nullable Object> Callable<T> wrap(Callable<T> task) {
        Objects.requireNonNull(task, "task");
        Recording recording = CurrentThread.recording();
        return recording == null ? task : () -> call(recording, task);
    }

    /**
     * Wraps an executor so that each task belongs to the call that submits it, see {@link #wrap(Runnable)}.
     *
     * @param executor the executor
     * @return an executor that runs its tasks on the given one
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

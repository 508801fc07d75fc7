package dev.interlock.durable.journal;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of lines that one process at a time has open. Lines are only added, or dropped when the file is rewritten. Not
 * thread-safe, except that {@link #sync} may run while lines are added.
 *
 * <p>It writes with methods that ignore interrupts. A file channel closes when the thread that uses it is interrupted,
 * which happens to threads of calls.
 */
final class JournalFile implements Closeable {

    /** Reads the file's lines when it is opened. */
    interface Reader {
        /**
         * Reads a line.
         *
         * @throws IllegalArgumentException if it is not even known what it is about
         */
        void read(String line);
    }

    private static final Logger log = LoggerFactory.getLogger(JournalFile.class);

    /**
     * The files that lock those which this process has. Where a process closes a file it loses all its locks of that,
     * also those that it got by another opening: so none is opened that it has.
     */
    private static final Set<Path> LOCKED = ConcurrentHashMap.newKeySet();

    private static final int BUFFER = 1 << 16;
    private static final String HEADER = "{\"interlockJournal\":1}";

    private final Path path;
    private final Lock lock;
    private final AppendedFile.Opener opener;
    private volatile AppendedFile out;
    private long size;

    /** Why nothing can be added any more: how the file ends is not known. */
    private @Nullable IOException broken;

    private JournalFile(Path path, Lock lock, AppendedFile.Opener opener, AppendedFile out) {
        this.path = path;
        this.lock = lock;
        this.opener = opener;
        this.out = out;
    }

    /**
     * Opens a file, or makes it. What a process that was killed has left of its last line is cut off. So are whole
     * lines at the end of which is not known what they are about; of these a warning is in the log.
     */
    static JournalFile open(Path path, AppendedFile.Opener opener, Reader reader) throws IOException {
        Path parent = path.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Lock lock = Lock.of(path);
        AppendedFile out = null;
        try {
            // What a rewrite has left that was killed.
            deleteQuietly(rewritten(path));
            out = opener.open(path);
            JournalFile file = new JournalFile(path, lock, opener, out);
            file.readAll(reader);
            return file;
        } catch (Throwable e) {
            if (out != null) {
                out.close();
            }
            lock.close();
            throw e;
        }
    }

    /** Of the file beside it: this process has it. */
    private record Lock(Path path, FileChannel channel) implements Closeable {

        static Lock of(Path path) throws IOException {
            Path absolute = path.toAbsolutePath();
            Path parent = absolute.getParent();
            Path real = (parent == null ? absolute : parent.toRealPath()).resolve(path.getFileName() + ".lock");
            FileChannel channel = LOCKED.add(real) ? lock(real) : null;
            if (channel == null) {
                throw new IOException("the file is already open in another journal, of this process or another one");
            }
            return new Lock(real, channel);
        }

        private static @Nullable FileChannel lock(Path real) throws IOException {
            FileChannel channel = null;
            FileLock lock = null;
            try {
                channel = FileChannel.open(real, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                lock = channel.tryLock();
            } catch (OverlappingFileLockException e) {
                // Another class loader of this process has it.
            } finally {
                if (lock == null) {
                    LOCKED.remove(real);
                    if (channel != null) {
                        channel.close();
                    }
                }
            }
            return lock == null ? null : channel;
        }

        @Override
        public void close() throws IOException {
            try {
                channel.close();
            } finally {
                LOCKED.remove(path);
            }
        }
    }

    private void readAll(Reader reader) throws IOException {
        long good = 0;
        long number = 0;
        long damaged = 0;
        String wrong = null;
        try (InputStream in = read()) {
            Line line = Line.next(in);
            while (line != null && line.ended) {
                number++;
                String problem = number == 1 ? checkHeader(line.text) : problem(reader, line.text);
                if (problem == null && wrong != null) {
                    throw new IOException(
                            wrong + "; the lines after it are complete, so the file is damaged and not just cut off");
                }
                if (problem == null) {
                    good += line.bytes;
                } else if (wrong == null) {
                    wrong = "line " + number + " is not a journal entry: " + problem;
                }
                damaged += problem == null ? 0 : line.bytes;
                line = Line.next(in);
            }
            if (good == 0 && line != null && !HEADER.startsWith(line.text)) {
                checkHeader(line.text);
            }
        }
        if (wrong != null) {
            log.warn("Journal {} ended with {} damaged bytes, which were cut off: {}", path, damaged, wrong);
        }
        out.cutTo(good);
        size = good;
        if (good == 0) {
            append(bytes(HEADER));
        }
    }

    private InputStream read() throws IOException {
        return new BufferedInputStream(new FileInputStream(path.toFile()), BUFFER);
    }

    private static @Nullable String problem(Reader reader, String line) {
        try {
            reader.read(line);
            return null;
        } catch (IllegalArgumentException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** Checks the first line; a file of anything else stays untouched. */
    private static @Nullable String checkHeader(String line) throws IOException {
        if (!line.equals(HEADER)) {
            throw new IOException("its first line is not " + HEADER + ", so this library cannot read it as a journal");
        }
        return null;
    }

    /** A line of a file, and whether a line break follows it. */
    private record Line(String text, int bytes, boolean ended) {

        static @Nullable Line next(InputStream in) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
            int next = in.read();
            while (next >= 0 && next != '\n') {
                bytes.write(next);
                next = in.read();
            }
            return next < 0 && bytes.size() == 0
                    ? null
                    : new Line(bytes.toString(StandardCharsets.UTF_8), bytes.size() + 1, next >= 0);
        }
    }

    long size() {
        return size;
    }

    /** A line as it is added. */
    static byte[] bytes(String line) {
        return (line + '\n').getBytes(StandardCharsets.UTF_8);
    }

    /** Adds a line. If that fails the file is as it was before, or is {@linkplain #isBroken broken}. */
    void append(byte[] bytes) throws IOException {
        IOException before = broken;
        if (before != null) {
            throw new IOException(
                    "it has to be opened anew, since what was left of a failed write stayed in it", before);
        }
        try {
            out.write(bytes);
            size += bytes.length;
        } catch (IOException e) {
            cutOff(e);
            throw e;
        }
    }

    /** What was written of a line after which nothing must come. */
    private void cutOff(IOException why) {
        try {
            out.cutTo(size);
        } catch (IOException e) {
            why.addSuppressed(e);
            broken = why;
        }
    }

    /** Whether nothing can be added any more. */
    boolean isBroken() {
        return broken != null;
    }

    /** Puts all added lines on the disk, so that they survive a loss of power. */
    void sync() throws IOException {
        out.sync();
    }

    /**
     * Rewrites the file with some of its lines. At any time the old or the new file exists. If that fails, nothing is
     * left that takes room from later lines.
     */
    void keepOnly(Predicate<String> wanted) throws IOException {
        Path next = rewritten(path);
        AppendedFile before = out;
        try {
            long kept = copy(next, wanted);
            AppendedFile after = opener.open(next);
            try {
                after.cutTo(kept);
                after.sync();
                Files.move(next, path, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException | RuntimeException e) {
                after.close();
                throw e;
            }
            // From here on nothing may fail: the file before has no name any more.
            size = kept;
            out = after;
        } finally {
            deleteQuietly(next);
        }
        closeQuietly(before);
        Path parent = path.toAbsolutePath().getParent();
        if (parent != null && !syncDirectory(parent)) {
            log.debug("The folder of journal {} could not be synced", path);
        }
    }

    private static Path rewritten(Path path) {
        return path.resolveSibling(path.getFileName() + ".new");
    }

    /** Copies some lines to a file; returns their length. */
    private long copy(Path to, Predicate<String> wanted) throws IOException {
        long kept = 0;
        try (InputStream in = read();
                OutputStream copied = new BufferedOutputStream(new FileOutputStream(to.toFile()), BUFFER)) {
            for (Line line = Line.next(in); line != null && line.ended; line = Line.next(in)) {
                if (line.text.equals(HEADER) || wanted.test(line.text)) {
                    byte[] bytes = bytes(line.text);
                    copied.write(bytes);
                    kept += bytes.length;
                }
            }
        }
        return kept;
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            log.debug("What is left of a rewritten journal could not be deleted", e);
        }
    }

    private static void closeQuietly(AppendedFile file) {
        try {
            file.close();
        } catch (IOException e) {
            log.debug("A file that is no journal any more could not be closed", e);
        }
    }

    /**
     * Has a folder on the disk, so that a file in it keeps its new name after a loss of power. An interrupt, of which
     * there may be more than one, closes the channel by which that is done; it is done again then, and the flag is set
     * afterwards.
     *
     * @return false if the system cannot do that, as Windows
     */
    static boolean syncDirectory(Path folder) {
        boolean flagged = Thread.interrupted();
        try {
            while (true) {
                try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
                    directory.force(true);
                    return true;
                } catch (ClosedByInterruptException e) {
                    flagged |= Thread.interrupted();
                } catch (IOException e) {
                    return false;
                }
            }
        } finally {
            if (flagged) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            out.close();
        } finally {
            lock.close();
        }
    }
}

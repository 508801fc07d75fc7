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
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Lines in a file that one process has, which are only ever added, or left out when it is written anew. Not thread-safe, but
 * for {@link #sync}, which may be called while lines are added.
 *
 * <p>It is written by ways that heed no interrupt: the channel of a file is closed where the thread that uses it is
 * interrupted, and threads of calls are.
 */
final class JournalFile implements Closeable {

    /** What is done with each line when the file is opened. */
    interface Reader {
        /**
         * Reads a line.
         *
         * @throws IllegalArgumentException if it is none
         */
        void read(String line);
    }

    private static final int BUFFER = 1 << 16;
    private static final String HEADER = "{\"interlockJournal\":1}";

    private final Path path;
    private final FileChannel lockChannel;
    private volatile RandomAccessFile out;
    private long size;

    private JournalFile(Path path, FileChannel lockChannel, RandomAccessFile out) {
        this.path = path;
        this.lockChannel = lockChannel;
        this.out = out;
    }

    /** Opens a file, or makes it; what a process that was killed has left of its last line is cut off. */
    static JournalFile open(Path path, Reader reader) throws IOException {
        Path parent = path.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        FileChannel lockChannel = lock(path);
        RandomAccessFile out = null;
        try {
            out = new RandomAccessFile(path.toFile(), "rw");
            JournalFile file = new JournalFile(path, lockChannel, out);
            file.readAll(reader);
            return file;
        } catch (Throwable e) {
            if (out != null) {
                out.close();
            }
            lockChannel.close();
            throw e;
        }
    }

    private static FileChannel lock(Path path) throws IOException {
        Path lockPath = path.resolveSibling(path.getFileName() + ".lock");
        FileChannel channel = FileChannel.open(lockPath, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // Another journal of this process has it.
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
        if (lock == null) {
            throw new IOException("another journal, of this process or of another one, has it open");
        }
        return channel;
    }

    private void readAll(Reader reader) throws IOException {
        long good = 0;
        long number = 0;
        String wrong = null;
        try (InputStream in = read()) {
            Line line = Line.next(in);
            while (line != null && line.ended) {
                number++;
                String problem = number == 1 ? checkHeader(line.text) : problem(reader, line.text);
                if (problem == null && wrong != null) {
                    throw new IOException(wrong + "; and lines after it are good, so that it was not just cut off");
                }
                if (problem == null) {
                    good += line.bytes;
                } else if (wrong == null) {
                    wrong = "line " + number + " is no entry of a journal: " + problem;
                }
                line = Line.next(in);
            }
            if (good == 0 && line != null && !HEADER.startsWith(line.text)) {
                checkHeader(line.text);
            }
        }
        out.setLength(good);
        out.seek(good);
        size = good;
        if (good == 0) {
            append(HEADER);
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

    /** A file of anything else is left alone. */
    private static @Nullable String checkHeader(String line) throws IOException {
        if (!line.equals(HEADER)) {
            throw new IOException(
                    "its first line is not " + HEADER + ", so it is no journal that this library can read");
        }
        return null;
    }

    /** A line of a file, and whether there is a line break after it. */
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

    /** Adds a line. If that fails the file is as it was before, or cannot be written any more. */
    void append(String line) throws IOException {
        byte[] bytes = (line + '\n').getBytes(StandardCharsets.UTF_8);
        try {
            out.write(bytes);
            size += bytes.length;
        } catch (IOException e) {
            out.setLength(size);
            out.seek(size);
            throw e;
        }
    }

    /** What has been added survives the machine from here on. */
    void sync() throws IOException {
        out.getFD().sync();
    }

    /** Writes it anew, with some of its lines; it is there all the time, as it was or as it is to be. */
    void keepOnly(Predicate<String> wanted) throws IOException {
        Path next = path.resolveSibling(path.getFileName() + ".new");
        try (InputStream in = read();
                OutputStream to = new BufferedOutputStream(new FileOutputStream(next.toFile()), BUFFER)) {
            for (Line line = Line.next(in); line != null && line.ended; line = Line.next(in)) {
                if (line.text.equals(HEADER) || wanted.test(line.text)) {
                    to.write((line.text + '\n').getBytes(StandardCharsets.UTF_8));
                }
            }
        }
        RandomAccessFile before = out;
        RandomAccessFile after = new RandomAccessFile(next.toFile(), "rw");
        try {
            after.getFD().sync();
            Files.move(next, path, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | RuntimeException e) {
            after.close();
            throw e;
        }
        size = after.length();
        after.seek(size);
        out = after;
        before.close();
        syncDirectory();
    }

    /** So that the file has its new name after a loss of power, where the system can do that. */
    private void syncDirectory() {
        Path parent = path.toAbsolutePath().getParent();
        if (parent == null) {
            return;
        }
        try (FileChannel directory = FileChannel.open(parent, StandardOpenOption.READ)) {
            directory.force(true);
        } catch (IOException e) {
            // Windows cannot.
        }
    }

    @Override
    public void close() throws IOException {
        try {
            out.close();
        } finally {
            lockChannel.close();
        }
    }
}

package dev.interlock.durable.journal;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/** A file that is written at its end, by ways that heed no interrupt. Tests put one in its place that fails. */
class AppendedFile implements Closeable {

    /** Opens one. */
    interface Opener {
        AppendedFile open(Path path) throws IOException;
    }

    private final RandomAccessFile file;

    AppendedFile(Path path) throws IOException {
        this.file = new RandomAccessFile(path.toFile(), "rw");
    }

    void write(byte[] bytes) throws IOException {
        file.write(bytes);
    }

    /** Cuts off what is behind {@code size} bytes; the next write comes there. */
    void cutTo(long size) throws IOException {
        file.setLength(size);
        file.seek(size);
    }

    /** What was written survives the machine from here on; also while another thread writes. */
    void sync() throws IOException {
        file.getFD().sync();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}

package dev.interlock.jdbc.journal.kill;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A file to which processes that are killed add lines, one system call a line: what was added before the kill is there,
 * in the order in which it was added. It stands for the world that tools change, and shares no code with the journals.
 */
final class Witness implements AutoCloseable {

    private final FileOutputStream out;

    Witness(Path file) throws IOException {
        this.out = new FileOutputStream(file.toFile(), true);
    }

    /** Words must have no blanks in them. */
    void saw(Object... words) {
        StringBuilder line = new StringBuilder();
        for (Object word : words) {
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        try {
            out.write(line.append('\n').toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}

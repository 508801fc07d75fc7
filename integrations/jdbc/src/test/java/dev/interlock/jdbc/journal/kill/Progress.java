package dev.interlock.jdbc.journal.kill;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Tells those who kill a process how far it has come: a byte of its standard output for each point that it passes. */
final class Progress {

    @SuppressWarnings("resource") // it is the process's own
    private static final FileOutputStream OUT = new FileOutputStream(FileDescriptor.out);

    private Progress() {}

    static void point() {
        try {
            OUT.write('.');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

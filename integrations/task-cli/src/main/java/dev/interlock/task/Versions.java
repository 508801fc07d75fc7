package dev.interlock.task;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** Provides the text of {@code --version}. */
public final class Versions implements IVersionProvider {

    private static final String FILE = "/versions.properties";

    /** Creates the provider; for picocli. */
    public Versions() {}

    @Override
    public String[] getVersion() {
        Properties versions = new Properties();
        try (InputStream in = Versions.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException("resource " + FILE + " is not on the class path");
            }
            versions.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new String[] {
            "Interlock " + versions.getProperty("interlock"),
            "LangChain4j " + versions.getProperty("langchain4j"),
            "Java " + Runtime.version()
        };
    }
}

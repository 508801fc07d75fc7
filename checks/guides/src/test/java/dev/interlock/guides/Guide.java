package dev.interlock.guides;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Java of one page, block by block. A comment {@code <!-- given: ... -->} holds Java that the reader does not see:
 * what the next blocks take from the reader's program, such as a model. A comment {@code <!-- not compiled: REASON -->}
 * keeps the block behind it out.
 *
 * @param file the page, relative to the root of the project
 * @param blocks in the page's order
 */
record Guide(String file, List<Block> blocks) {

    private static final Pattern PART = Pattern.compile(
            "(?m)^<!-- given:(?<given>.*?)-->|^(?<skipped><!-- not compiled: \\S.*? -->\\R+)?(?<indent>"
                    + " *)```java\\R(?<java>.*?)^ *```",
            Pattern.DOTALL | Pattern.MULTILINE);

    /** A piece of Java and the line where it begins. */
    record Block(int line, boolean isShown, String java) {}

    static Path root() {
        return Path.of("..", "..");
    }

    static Guide read(String file) {
        String text = text(file);
        List<Block> blocks = new ArrayList<>();
        for (Matcher part = PART.matcher(text); part.find(); ) {
            int line = (int) text.substring(0, part.start()).lines().count() + 1;
            if (part.group("given") != null) {
                blocks.add(new Block(line, false, part.group("given")));
            } else if (part.group("skipped") == null) {
                blocks.add(new Block(line, true, part.group("java").stripIndent()));
            }
        }
        return new Guide(file, List.copyOf(blocks));
    }

    static String text(String file) {
        try {
            return Files.readString(root().resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A name for the page's classes. */
    String className() {
        return file.replaceAll("\\W", "_");
    }

    @Override
    public String toString() {
        return file;
    }
}

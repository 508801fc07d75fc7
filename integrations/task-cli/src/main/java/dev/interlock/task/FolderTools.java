package dev.interlock.task;

import com.fasterxml.jackson.databind.JsonNode;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Access;
import dev.interlock.effect.Effects;
import dev.interlock.effect.Resource;
import dev.interlock.langchain4j.ParallelTools;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Tools for files below one folder. They accept no absolute paths, no {@code ..}, and no symbolic links on the way or
 * at its end.
 *
 * <p>This protects against the model, which can create files and folders here but no links. It does not protect against
 * another process that replaces a folder by a link between the check and the use.
 */
final class FolderTools {

    static final int MAX_BYTES = 64 * 1024;
    private static final int MAX_FILES = 1_000;

    /** Trailing dots and spaces: Windows opens {@code a.txt} under the name {@code a.txt.} too. */
    private static final Pattern TRAILING = Pattern.compile("(?<=[^. ])[. ]+$");

    private final Path root;

    FolderTools(Path folder) throws IOException {
        this.root = folder.toRealPath();
        if (!Files.isDirectory(root)) {
            throw new RefusedException("'" + folder + "' is not a folder");
        }
    }

    /**
     * Declares what the tools read and write. Annotations cannot, because their templates treat {@code A.txt} and
     * {@code a.txt} as two files, which are one file if the file system ignores case.
     */
    static void declareEffects(ParallelTools.Builder tools) {
        ToolPolicy takesReferences = ToolPolicy.builder().references(true).build();
        tools.effects("listFiles", Effects.of(call -> List.of(Access.read(resource(call)))))
                .effects("readFile", Effects.of(call -> List.of(Access.read(resource(call)))))
                .effects("writeFile", Effects.of(call -> List.of(Access.write(resource(call)))))
                // These tools only read, but computed effects do not show that.
                .policy("listFiles", takesReferences)
                .policy("readFile", takesReferences);
    }

    private static Resource resource(ToolCall call) {
        JsonNode path = call.arguments().get("path");
        return path != null && path.isTextual() ? resource(path.textValue(), File.separatorChar) : resource("", '/');
    }

    /**
     * Returns a resource that is the same for all paths of a file, on any file system. Several files may share a
     * resource, which only costs time.
     */
    static Resource resource(String path, char separator) {
        boolean windows = separator == '\\';
        StringBuilder resource = new StringBuilder("file");
        for (String name : folded(windows ? path.replace('\\', '/') : path).split("/", -1)) {
            if (windows && name.indexOf('~') >= 0) {
                break; // This may be the short name of any other file.
            }
            resource.append('/').append(windows ? TRAILING.matcher(name).replaceFirst("") : name);
        }
        return Resource.of(resource.toString());
    }

    private static String folded(String text) {
        String decomposed = Normalizer.normalize(text, Normalizer.Form.NFD);
        String lower = decomposed.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
        return Normalizer.normalize(lower, Normalizer.Form.NFD);
    }

    @Tool("Lists the files of a folder and its subfolders, one path on each line; a folder's path ends in /")
    String listFiles(@P("path of the folder, . for the top folder") String path) throws IOException {
        Path folder = resolve(path);
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            throw new RefusedException("'" + path + "' is not a folder");
        }
        try (Stream<Path> files = Files.walk(folder)) {
            List<String> names = files.filter(file -> !file.equals(folder))
                    .limit(MAX_FILES + 1L)
                    .map(this::name)
                    .sorted()
                    .toList();
            return names.size() > MAX_FILES
                    ? String.join("\n", names.subList(0, MAX_FILES)) + "\n(there are more)"
                    : names.isEmpty() ? "there are no files" : String.join("\n", names);
        }
    }

    private String name(Path file) {
        String name = root.relativize(file).toString().replace('\\', '/');
        return Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS) ? name + "/" : name;
    }

    @Tool("Reads a text file")
    String readFile(@P("path of the file") String path) throws IOException {
        Path file = resolve(path);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new RefusedException("there is no file '" + path + "'");
        }
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            return bytes.length > MAX_BYTES
                    ? new String(bytes, 0, MAX_BYTES, StandardCharsets.UTF_8) + "\n(the file is longer)"
                    : new String(bytes, StandardCharsets.UTF_8);
        }
    }

    @Tool("Writes a text file; replaces an existing one, and creates its folder if necessary")
    String writeFile(@P("path of the file") String path, @P("the whole text") String text) throws IOException {
        Path file = resolve(path);
        if (file.equals(root) || Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new RefusedException("'" + path + "' is a folder");
        }
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new RefusedException("'" + path + "' is not a file");
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_BYTES) {
            throw new RefusedException("a file must have at most " + MAX_BYTES + " bytes, would have " + bytes.length);
        }
        Path folder = file.getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        try (OutputStream out = Files.newOutputStream(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS)) {
            out.write(bytes);
        }
        return "wrote " + bytes.length + (bytes.length == 1 ? " byte" : " bytes");
    }

    private Path resolve(String path) {
        Path relative;
        try {
            relative = Path.of(path);
        } catch (InvalidPathException e) {
            throw new RefusedException("'" + path + "' is not a valid path: " + e.getReason());
        }
        if (path.isBlank() || relative.isAbsolute() || path.startsWith("/") || path.startsWith("\\")) {
            throw new RefusedException("'" + path + "' must be relative to the folder");
        }
        Path resolved = root;
        for (Path part : relative) {
            String name = part.toString();
            if (name.equals("..")) {
                throw new RefusedException("'" + path + "' must not contain ..");
            }
            if (!name.equals(".")) {
                resolved = resolved.resolve(name);
            }
            if (Files.isSymbolicLink(resolved)) {
                throw new RefusedException("'" + path + "' is, or is below, a symbolic link");
            }
        }
        if (!resolved.startsWith(root)) {
            throw new RefusedException("'" + path + "' is not below the folder");
        }
        return resolved;
    }
}

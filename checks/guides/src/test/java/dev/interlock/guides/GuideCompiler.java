package dev.interlock.guides;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.VarSnippet;

/**
 * Makes a class of each block of a page, and compiles them. A block sees the imports, types, methods and variables of
 * the blocks before it on its page, as a reader does: its class extends theirs.
 *
 * <p>Declarations of a block are members of its class. Its variables are fields as well as, with their initial values,
 * local in the method that has its statements; so a later block can use them, or have others of the same name.
 */
final class GuideCompiler {

    private final Path classes;

    GuideCompiler(Path classes) {
        this.classes = classes;
    }

    /** The sources of a page's classes; nothing of them is executed. */
    static List<JavaFileObject> sources(Guide guide) {
        List<JavaFileObject> sources = new ArrayList<>();
        Set<String> imports = new TreeSet<>();
        try (JShell shell = JShell.builder().executionEngine("local").build()) {
            for (int i = 0; i < guide.blocks().size(); i++) {
                Guide.Block block = guide.blocks().get(i);
                String name = name(guide, i);
                String parent = i == 0 ? "Object" : name(guide, i - 1);
                sources.add(new Source(name, source(shell.sourceCodeAnalysis(), guide, block, name, parent, imports)));
            }
        }
        return sources;
    }

    static String name(Guide guide, int block) {
        return guide.className() + "_line" + guide.blocks().get(block).line();
    }

    private static String source(
            SourceCodeAnalysis analysis,
            Guide guide,
            Guide.Block block,
            String name,
            String parent,
            Set<String> imports) {
        StringBuilder members = new StringBuilder();
        StringBuilder statements = new StringBuilder();
        for (String rest = block.java(); !rest.isBlank(); ) {
            CompletionInfo piece = analysis.analyzeCompletion(rest);
            if (piece.completeness() == SourceCodeAnalysis.Completeness.EMPTY) {
                break;
            }
            if (!piece.completeness().isComplete()) {
                throw new AssertionError("%s:%d: no Java: %s".formatted(guide.file(), block.line(), rest));
            }
            for (Snippet snippet : analysis.sourceToSnippets(piece.source())) {
                switch (snippet.kind()) {
                    case IMPORT -> imports.add(snippet.source().strip());
                    case TYPE_DECL, METHOD -> members.append(snippet.source()).append('\n');
                    case VAR -> {
                        VarSnippet variable = (VarSnippet) snippet;
                        members.append(variable.typeName())
                                .append(' ')
                                .append(variable.name())
                                .append(";\n");
                        if (block.isShown()) {
                            statements.append(snippet.source()).append('\n');
                        }
                    }
                    default -> statements.append(piece.source()).append("\n;\n");
                }
            }
            rest = piece.remaining();
        }
        return "package guide;\n%s\n@SuppressWarnings(\"all\")\nclass %s extends %s {\n%s\nvoid run() throws Exception {\n%s}\n}\n"
                .formatted(String.join("\n", imports), name, parent, members, statements);
    }

    /** What is wrong, a line an error, with the page and the line of the block. */
    List<String> errors(Guide guide) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(found, null, null)) {
            List<String> options = List.of(
                    "-classpath",
                    System.getProperty("java.class.path"),
                    "-d",
                    classes.toString(),
                    "-parameters",
                    "-proc:none",
                    "-nowarn");
            compiler.getTask(null, files, found, options, null, sources(guide)).call();
        }
        return found.getDiagnostics().stream()
                .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
                .map(diagnostic -> words(guide, diagnostic))
                .toList();
    }

    private static String words(Guide guide, Diagnostic<? extends JavaFileObject> diagnostic) {
        String message = diagnostic.getMessage(Locale.ROOT);
        if (diagnostic.getSource() instanceof Source source) {
            int line = (int) diagnostic.getLineNumber();
            return "%s, block at line %s: %s: %s"
                    .formatted(
                            guide.file(),
                            source.name.substring(source.name.lastIndexOf("_line") + 5),
                            message,
                            source.text.lines().toList().get(line - 1).strip());
        }
        return guide.file() + ": " + message;
    }

    /** Loads what was compiled. */
    URLClassLoader loader() throws IOException {
        return new URLClassLoader(new URL[] {classes.toUri().toURL()}, GuideCompiler.class.getClassLoader());
    }

    private static final class Source extends SimpleJavaFileObject {

        final String name;
        final String text;

        Source(String name, String text) {
            super(URI.create("string:///guide/" + name + ".java"), Kind.SOURCE);
            this.name = name;
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}

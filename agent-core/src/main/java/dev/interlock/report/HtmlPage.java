package dev.interlock.report;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;

/** The page without its data. The class assembles it once, from the files beside it. */
final class HtmlPage {

    private static final List<String> SCRIPTS =
            List.of("model.js", "dom.js", "totals.js", "details.js", "timeline.js", "page.js");

    private static final String TYPE = "{{type}}";
    private static final String DATA = "{{data}}";

    private static final String PAGE = page();

    private HtmlPage() {}

    /**
     * Returns the page with its data.
     *
     * @param type the data's type, which must not be a script's
     * @param data text without {@code <}
     */
    static String with(String type, String data) {
        int typeAt = PAGE.indexOf(TYPE);
        int dataAt = PAGE.indexOf(DATA);
        return PAGE.substring(0, typeAt)
                + type
                + PAGE.substring(typeAt + TYPE.length(), dataAt)
                + data
                + PAGE.substring(dataAt + DATA.length());
    }

    private static String page() {
        String style = file("page.css");
        StringBuilder script = new StringBuilder();
        SCRIPTS.forEach(name -> script.append(file(name)));
        // The data comes before the script in the page, so replace its placeholder last.
        return file("report.html")
                .replace("{{policy}}", policy(style, script.toString()))
                .replace("{{style}}", style)
                .replace("{{script}}", script);
    }

    /**
     * The policy lets the page load nothing and send nothing. It allows only this page's style and script, and no text
     * can become markup.
     */
    private static String policy(String style, String script) {
        return String.join(
                "; ",
                "default-src 'none'",
                "script-src '" + hash(script) + "'",
                "style-src '" + hash(style) + "'",
                "img-src data:",
                "base-uri 'none'",
                "form-action 'none'",
                "require-trusted-types-for 'script'",
                "trusted-types 'none'");
    }

    private static String hash(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Reads a file with the line ends that a browser makes of any line ends, since the browser hashes those. */
    private static String file(String name) {
        try (InputStream file = HtmlPage.class.getResourceAsStream(name)) {
            if (file == null) {
                throw new FileNotFoundException("agent-core holds no file " + name + " for the page of a report");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

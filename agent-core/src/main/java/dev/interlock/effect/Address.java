package dev.interlock.effect;

import java.net.IDN;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the parts of an internet address. Invariant: two spellings of one address give the same parts. If the standards
 * (RFC 3986, the URL standard of browsers) or common clients disagree about a spelling, it gives null: unknown.
 */
final class Address {

    private static final Set<String> WEB = Set.of("http:", "https:", "ws:", "wss:");
    private static final int LONGEST_SCHEME = 32;

    /** A host has at most 253 letters, and each may be encoded as four bytes. */
    private static final int LONGEST_HOST = 4 * 3 * 253;

    private static final Pattern PORT = Pattern.compile(":[0-9]*$");
    private static final Pattern DEFAULT_PORT = Pattern.compile(":0*(?:80|443)?$");
    private static final Pattern IN_WEB_PORT = Pattern.compile(":0+(?=[0-9])");
    private static final Pattern ENDS_IN_NUMBER = Pattern.compile("(?:^|.*\\.)(?:[0-9]+|0x[0-9a-f]*)");
    private static final Pattern IPV4 = Pattern.compile("(?:0|[1-9][0-9]{0,2})(?:\\.(?:0|[1-9][0-9]{0,2})){3}");

    /** Letters that the old and the new standard of international names write differently. */
    private static final Pattern DEVIATION = Pattern.compile("[\u00df\u1e9e\u03c2\u200c\u200d]");

    private static final Pattern ENCODED_START = Pattern.compile("(?:%[0-9A-Fa-f]{2}){2}");
    private static final Pattern NO_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");
    private static final Pattern DROPPED = Pattern.compile("[\t\r\n]");
    private static final Pattern UNCLEAR_SEGMENTS = Pattern.compile("\\\\|%2[eEfF]|%5[cC]|//");
    private static final Pattern RISE = Pattern.compile("(?:^|/)\\.\\.(?:/|$)");

    private Address() {}

    /** Returns the length of the scheme that the text begins with, its colon included; 0 if it has none. */
    static int schemeLength(String text) {
        int colon = text.indexOf(':');
        if (colon <= 0 || colon > LONGEST_SCHEME || !isLetter(text.charAt(0))) {
            return 0;
        }
        for (int i = 1; i < colon; i++) {
            char c = text.charAt(i);
            if (!isLetter(c) && !(c >= '0' && c <= '9') && c != '+' && c != '-' && c != '.') {
                return 0;
            }
        }
        return colon + 1;
    }

    /** Whether clients take {@code https:example.org} and {@code https:/example.org} for addresses, too. */
    static boolean isWeb(String scheme) {
        return WEB.contains(scheme.toLowerCase(Locale.ROOT));
    }

    /** Returns the text without what clients drop: blanks around it, and tabs and line ends anywhere in it. */
    static String trimmed(String text) {
        return DROPPED.matcher(text).replaceAll("").trim();
    }

    /** Returns the text without the place in the page, which {@code #} begins. */
    static String page(String text) {
        int fragment = text.indexOf('#');
        return fragment < 0 ? text : text.substring(0, fragment);
    }

    /** Whether the text begins with an encoded letter, such as {@code %C3%A9}, rather than with a variable. */
    static boolean startsEncoded(String text) {
        return ENCODED_START.matcher(text).lookingAt();
    }

    /** Where the host and its port end in a text that begins with two slashes of either kind. */
    static int hostEnd(String text, String scheme) {
        int end = hostStart(text, scheme);
        while (end < text.length() && !isSlash(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private static int hostStart(String text, String scheme) {
        int start = 2;
        while (isWeb(scheme) && start < text.length() && isSlash(text.charAt(start))) {
            start++;
        }
        return start;
    }

    /**
     * Returns the server of an address. {@code http}, {@code https} and their sockets often lead to the same, and so do
     * addresses that differ only in the user. Other schemes have default ports that this class does not know, so their
     * ports do not count.
     *
     * @param scheme with its colon, in any letter case
     * @param text the part behind it, which begins with two slashes
     * @return scheme and host with a slash between them, or null
     */
    static @Nullable String server(String scheme, String text) {
        String authority = text.substring(hostStart(text, scheme), hostEnd(text, scheme));
        String port = authority.substring(authority.lastIndexOf('@') + 1);
        boolean web = isWeb(scheme);
        String host = host(PORT.matcher(port).replaceFirst(""));
        if (host == null) {
            return null;
        }
        String kept = web ? DEFAULT_PORT.matcher(port).replaceFirst("") : "";
        int colon = kept.lastIndexOf(':');
        String number = colon < 0 || !web
                ? ""
                : IN_WEB_PORT.matcher(kept.substring(colon)).replaceFirst(":");
        return (web ? "http:" : scheme.toLowerCase(Locale.ROOT)) + '/' + host + number;
    }

    private static @Nullable String host(String spelled) {
        if (spelled.length() > LONGEST_HOST) {
            return null;
        }
        String name = decoded(spelled).toLowerCase(Locale.ROOT);
        if (DEVIATION.matcher(name).find()) {
            return null;
        }
        if (name.isEmpty()) {
            return name;
        }
        String host;
        try {
            host = IDN.toASCII(name, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            return null;
        }
        host = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        boolean unclear = host.chars().anyMatch(c -> c <= ' ' || c > '~' || "/\\:@#?%".indexOf(c) >= 0);
        if (unclear
                || (ENDS_IN_NUMBER.matcher(host).matches()
                        && !IPV4.matcher(host).matches())) {
            return null;
        }
        return host.equals("127.0.0.1") ? "localhost" : host;
    }

    /**
     * Returns the folders and the name of a page: {@code a%20b} becomes {@code a b}, and an encoded slash or a
     * backslash becomes a slash.
     *
     * @return null if the way rises and has such a slash, an encoded dot or an empty segment: a client may rise first
     *     and decode then
     */
    static @Nullable String way(String encoded) {
        String way = decoded(encoded).trim().replace('\\', '/');
        return UNCLEAR_SEGMENTS.matcher(encoded).find() && RISE.matcher(way).find() ? null : way;
    }

    /** Decodes each sequence that is one. {@code 50%} stays as it is. */
    private static String decoded(String text) {
        return text.indexOf('%') < 0
                ? text
                : URLDecoder.decode(
                        NO_ESCAPE.matcher(text).replaceAll("%25").replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static boolean isSlash(char c) {
        return c == '/' || c == '\\';
    }
}

package dev.interlock.http;

import dev.interlock.effect.Access;
import dev.interlock.effect.Resource;
import dev.interlock.footprint.Footprint;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reports what requests touch: the resource {@code http/<host>/<path>}. GET, HEAD, OPTIONS and TRACE read it, all other
 * methods write it. Use this class for clients without an observer.
 *
 * <p>{@code https://API.example.org:443/orders/42?full=true} is {@code http/api.example.org/orders/42}: the host in
 * lower case, with its port if that is not the scheme's default; the path decoded and normalised; no query, so
 * addresses that differ only in the query are the same. An address without a host stands for all of {@code http}.
 * Thread-safe.
 */
public final class HttpFootprint {

    private static final String ALL = "http";
    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS", "TRACE");

    private HttpFootprint() {}

    /**
     * Reports a request of the running call.
     *
     * @param method the method, such as {@code GET}; in any letter case
     * @param address the request's address
     */
    public static void request(String method, URI address) {
        if (Footprint.isWatched()) {
            Footprint.touch(access(method, resource(address)));
        }
    }

    /**
     * Reports a request of the running call.
     *
     * @param method the method, such as {@code GET}; in any letter case
     * @param address the request's address; an address that is not a URI touches all of {@code http}
     */
    public static void request(String method, String address) {
        if (Footprint.isWatched()) {
            Footprint.touch(access(method, resource(uri(address))));
        }
    }

    /** Reports a request whose final address is unknown. */
    static void requestAnywhere(String method) {
        Footprint.touch(access(method, Resource.of(ALL)));
    }

    private static Access access(String method, Resource resource) {
        return READING.contains(method.toUpperCase(Locale.ROOT)) ? Access.read(resource) : Access.write(resource);
    }

    private static @Nullable URI uri(String address) {
        try {
            return new URI(address);
        } catch (URISyntaxException e) {
            return null;
        }
    }

    private static Resource resource(@Nullable URI address) {
        String authority = address == null ? null : address.getRawAuthority();
        if (address == null || authority == null || authority.isEmpty()) {
            return Resource.of(ALL);
        }
        String host = authority.substring(authority.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
        String ownPort = "https".equalsIgnoreCase(address.getScheme()) ? ":443" : ":80";
        host = host.endsWith(ownPort) ? host.substring(0, host.length() - ownPort.length()) : host;
        return Resource.of(ALL + '/' + host + '/' + way(address.getRawPath()));
    }

    /** The path's segments, which never lead above the host. */
    private static String way(@Nullable String rawPath) {
        Deque<String> segments = new ArrayDeque<>();
        for (String segment : decoded(rawPath == null ? "" : rawPath).split("/", -1)) {
            if (segment.equals("..")) {
                segments.pollLast();
            } else if (!segment.isEmpty() && !segment.equals(".")) {
                segments.addLast(segment);
            }
        }
        return String.join("/", segments);
    }

    private static String decoded(String path) {
        if (path.indexOf('%') < 0) {
            return path;
        }
        try {
            return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return path;
        }
    }
}

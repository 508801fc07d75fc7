package dev.interlock.samples;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.stubbing.StubMapping;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import java.util.Comparator;
import java.util.List;

/** A WireMock on a free port of the loopback interface that answers from recordings on the class path. */
final class LocalServer implements AutoCloseable {

    private static final String RECORDINGS = "dev/interlock/samples/";

    /** How much of their recorded delays the servers take, in percent. The tests are in a hurry. */
    private static final int DELAYS = Integer.getInteger("interlock.samples.delays", 100);

    private final WireMockServer server;

    private LocalServer(WireMockServer server) {
        this.server = server;
    }

    /** Plays the model: its answer depends on the conversation in the request. */
    static LocalServer model() {
        return start("model", DELAYS);
    }

    /** Plays the services behind the tools, with their delays. */
    static LocalServer services() {
        return start("services", DELAYS);
    }

    /** Plays the services without their delays. */
    static LocalServer servicesAtOnce() {
        return start("services", 0);
    }

    private static LocalServer start(String recordings, int delays) {
        WireMockServer server = new WireMockServer(WireMockConfiguration.options()
                .bindAddress("127.0.0.1")
                .dynamicPort()
                .usingFilesUnderClasspath(RECORDINGS + recordings));
        server.start();
        if (delays != 100) {
            server.listAllStubMappings().getMappings().forEach(each -> delay(server, each, delays));
        }
        return new LocalServer(server);
    }

    private static void delay(WireMockServer server, StubMapping stub, int percent) {
        Integer recorded = stub.getResponse().getFixedDelayMilliseconds();
        if (recorded != null) {
            stub.setResponse(ResponseDefinitionBuilder.like(stub.getResponse())
                    .withFixedDelay(recorded * percent / 100)
                    .build());
            server.editStubMapping(stub);
        }
    }

    String url() {
        return "http://127.0.0.1:" + server.port();
    }

    /** The bodies of the requests so far, oldest first. */
    List<String> requestBodies() {
        return server.findAll(WireMock.anyRequestedFor(WireMock.anyUrl())).stream()
                .sorted(Comparator.comparing(LoggedRequest::getLoggedDate))
                .map(LoggedRequest::getBodyAsString)
                .toList();
    }

    @Override
    public void close() {
        server.stop();
    }
}

package dev.interlock.effect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A description without a verb tells what the tool gives, if the name says the same and no parameter may set it. */
class NounPhraseTest {

    private static boolean onlyReads(String tool, String description, @Nullable String parameters) {
        List<String> names = parameters == null ? List.of() : List.of(parameters.split(" ", -1));
        return EffectInference.onlyReads(tool, description, names);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "balance | Balance of an account. | account",
                "vat_rate | The VAT rate of a country. | country",
                "exchange_rate | Rate at which one currency is exchanged for another | from to",
                "channel_members | Members of a channel | channel",
                "tag_list | All tags, newest first. |",
                "foreign_keys | Foreign keys that refer to a table | table",
                "payment_status | State of a payment: pending, settled or failed. | payment_id",
                "queue_length | How many jobs are waiting in a pool. | pool",
                "org_chart | Who reports to whom in a department. | department",
                "token_expiry | When a session expires. | session",
                "inventory | What a player carries. | player",
                "leaderboard | The best players of a game. | game",
                "guest_count | Number of guests of an event. | event",
                "opening_hours | Opening hours of a branch | branch",
                "voices | The voices available for a language | language",
                "page_revisions | Revisions of a page. | page",
                "timezone_of | Time zone of a city | city",
                "elevation | Height above sea level of a point. | lat lon",
                "energy_usage | Energy used in the period. | from to",
                "shipping_rates | Available shipping rates for a parcel. | weight",
                "score | Gives the score of a match. | match",
                "messages | Messages of a channel. | channel",
                "tests | Failing tests of a run. | run",
                "rows | Largest rows of a table. | table",
                "visa_rules | Tells which visa a traveller needs. | from",
            })
    void what_names_a_thing_reads(String tool, String description, @Nullable String parameters) {
        assertThat(onlyReads(tool, description, parameters)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // It may be set to the parameter.
                "volume | Volume of the speaker | level",
                "volume | Volume of the speaker | volume",
                "lamp_settings | Settings of a lamp. | color",
                "product_price | Price of a product. | sku price",
                // Deeds, and words that may be verbs.
                "payment | Payment of an invoice. | invoice",
                "comments | Comments on an issue. | issue",
                "comment_issue | Comments of an issue. | issue",
                "rate | Rate an article. | article",
                "mention | Mention users in a post. | users",
                "orders | New orders of a customer. | customer",
                "rows | Bulk changes of rows. | table",
                "sending_messages | Sending messages of a user. | user",
                "score_leads | Scores a lead of a segment. | segment",
                "restart | Restart counts of a pod. | pod",
                "rate | Rate for an article. | article",
                "users | Mention users of a post. | post",
                "keys | All rotate keys of a vault. | vault",
                "openings | Opening of a door. | door",
                "widget_status | Frobnicating of a widget. | id",
                // Something else than the name says.
                "frob | Number to call for help. | id",
                "payment_status | Frobnication of a widget. | widget",
                "frob | Members of a channel. | channel",
                "frobnication | Frobnication of a widget. | widget",
                // A text about the tool.
                "deletion | When the user wants to delete a file. | file",
                "deletion | How to delete a file. | file",
                "deletion | What this tool does is delete a file. | file",
                "account_status | Status of an account, which it closes. | account",
                // What is given away.
                "role | Gives the user a role. | user",
                "grant_score | Gives the right to score. | user",
                "address | Gives a short address for a long one. | url",
                "tags | Etiquettes d'une page, d'abord les nouvelles | page",
            })
    void what_may_do_something_does_not(String tool, String description, @Nullable String parameters) {
        assertThat(onlyReads(tool, description, parameters)).isFalse();
    }
}

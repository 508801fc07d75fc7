package dev.interlock.samples;

import dev.langchain4j.service.SystemMessage;

/** The agent: LangChain4j implements it. */
interface OrderDeskAssistant {

    String INSTRUCTIONS = """
            You run the order desk of a supplier of coffee machines. Look things up before you act on them. \
            Ask in one response for all calls whose arguments you know; they take effect in the order you write them. \
            Answer in a few plain sentences.""";

    String ORDER = """
            Order 1001: two Aurora espresso machines and one burr grinder, each from whichever warehouse \
            (berlin or hamburg) has enough of it. The machines and 19.00 for the delivery go to account 1042, \
            the grinder goes to account 1007. Send receipts to office@example.com (1042) and cafe@example.com (1007). \
            How many Auroras are left there, and what are the balances now?""";

    String SMALL_ORDER = """
            Order 1000: one burr grinder (GRD-50) from berlin for account 1007, at 249.00. Check stock and balance, \
            reserve it, charge the account and send the receipt to cafe@example.com, all at once.""";

    @SystemMessage(INSTRUCTIONS)
    String chat(String message);
}

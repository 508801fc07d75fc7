'use strict';
const chat = document.getElementById('chat');
const field = document.getElementById('message');
const conversation = crypto.randomUUID ? crypto.randomUUID() : String(Math.random());

function add(className, text) {
    const element = document.createElement('div');
    element.className = className;
    element.textContent = text; // never as HTML: answers and results are foreign text
    chat.append(element);
    element.scrollIntoView({block: 'end'});
    return element;
}

function send(message) {
    add('said user', message);
    const started = performance.now();
    let answer = null;
    const events = new EventSource('/chat?' + new URLSearchParams({conversation, message}));
    events.addEventListener('tool', event => {
        const tool = JSON.parse(event.data);
        add(tool.failed ? 'tool failed' : 'tool',
            `${Math.round(performance.now() - started)} ms  ${tool.name} ${tool.arguments} → ${tool.result}`);
    });
    events.addEventListener('text', event => {
        answer ??= add('said desk', '');
        answer.textContent += JSON.parse(event.data).text;
        answer.scrollIntoView({block: 'end'});
    });
    events.addEventListener('failed', event => {
        add('said desk failed', JSON.parse(event.data).text);
        events.close();
    });
    events.addEventListener('done', () => events.close());
    events.onerror = () => { // else the browser asks again by itself
        if (events.readyState !== EventSource.CLOSED) {
            add('said desk failed', 'The connection was lost.');
        }
        events.close();
    };
}

document.getElementById('form').addEventListener('submit', event => {
    event.preventDefault();
    const message = field.value.trim();
    if (message) {
        field.value = '';
        send(message);
    }
});
for (const hint of document.querySelectorAll('.hint')) {
    hint.addEventListener('click', () => send(hint.textContent));
}

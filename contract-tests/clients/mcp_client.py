"""Uses a server with the published client for MCP as an agent's host would, and prints what it saw as JSON.

MCP_SERVER is the server's URL or, as a JSON list, its command. MCP_MODE is the client's mode: "auto" or "legacy".
MCP_CHANGE is a command, as a JSON list, after which the server lists other tools.
"""

import asyncio
import json
import os
import sys

import anyio
import mcp_types as types
from mcp import Client, StdioServerParameters

# Nothing that is waited for takes nearly as long: not even the compile that a change may begin with.
PATIENCE_SECONDS = 120


def server():
    named = os.environ["MCP_SERVER"]
    if named.startswith("http"):
        return named
    program, *arguments = json.loads(named)
    return StdioServerParameters(command=program, args=arguments)


async def change():
    process = await asyncio.create_subprocess_exec(*json.loads(os.environ["MCP_CHANGE"]), stdout=sys.stderr)
    if await process.wait() != 0:
        raise SystemExit("the command that changes the tools failed")


async def tools(client):
    listed = await client.list_tools()
    return [tool.name for tool in listed.tools]


def text(result):
    return " ".join(block.text for block in result.content)


async def progress(client):
    """Every step that a call reports, and what it returns."""
    steps = []

    async def step(done, total, _message):
        steps.append([done, total])

    await client.call_tool("test_tool_with_progress", progress_callback=step)
    return steps


async def cancellation(client):
    """How many steps a call reported before it was given up, and what the next call returns."""
    steps = 0
    begun = anyio.Event()

    async def step(_done, _total, _message):
        nonlocal steps
        steps += 1
        if steps == 2:
            begun.set()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(lambda: client.call_tool("test_slow", progress_callback=step))
        await begun.wait()
        tasks.cancel_scope.cancel()
    return {"steps": steps, "next": text(await client.call_tool("test_simple_text"))}


async def elicitation(client, asked, modern):
    """What a person was asked in the middle of a call, and what the call made of the answer."""
    if modern:
        result = await client.call_tool("test_input_required_result_elicitation")
    else:
        result = await client.call_tool("test_elicitation", {"message": "Who are you?"})
    return {"asked": asked, "text": text(result)}


async def changed(client, heard, modern):
    """The tools that are listed once the server has said that they changed."""
    if modern:
        async with client.listen(tools_list_changed=True) as events:
            await change()
            async for _event in events:
                return await tools(client)
    await change()
    await heard.wait()
    return await tools(client)


async def main():
    asked, heard = [], anyio.Event()

    async def answer(_context, request):
        asked.append({"message": request.message, "fields": sorted(request.requested_schema["properties"])})
        return types.ElicitResult(action="accept", content={"name": "Ada", "username": "ada", "email": "ada@example.com"})

    async def hear(message):
        if isinstance(message, types.ToolListChangedNotification):
            heard.set()

    mode = os.environ["MCP_MODE"]
    client = Client(server(), mode=mode, elicitation_callback=answer, message_handler=hear)
    with anyio.fail_after(PATIENCE_SECONDS):
        async with client:
            modern = client.protocol_version >= "2026-07-28"
            failed = await client.call_tool("test_error_handling")
            saw = {
                "protocol": client.protocol_version,
                "server": client.server_info.name,
                "tools": await tools(client),
                "is_error": failed.is_error,
                "progress": await progress(client),
                "cancellation": await cancellation(client),
                "elicitation": await elicitation(client, asked, modern),
                "changed": await changed(client, heard, modern),
            }
    print(json.dumps(saw))


anyio.run(main)
